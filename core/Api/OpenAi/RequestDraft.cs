using Aigc.Pipeline.Requests;

namespace Aigc.Api.OpenAi;

/// <summary>A request put together one parameter at a time, so that a fault the pipeline finds is known to be that parameter's.</summary>
/// <param name="reader">Told of the faults.</param>
/// <param name="capabilities">What the loaded model can do.</param>
/// <param name="request">One without a fault.</param>
internal sealed class RequestDraft(ParameterReader reader, EngineCapabilities capabilities, GenerationRequest request)
{
    /// <summary>What has come of it so far: never with a fault.</summary>
    public GenerationRequest Request { get; private set; } = request;

    /// <summary>Sets a text, unless it is left out or at fault.</summary>
    public void Set(string name, string? value, Func<GenerationRequest, string, GenerationRequest> set)
    {
        if (value is not null)
            Keep(name, set(Request, value));
    }

    /// <summary>Sets a number, unless it is left out or at fault.</summary>
    public void Set<T>(string name, T? value, Func<GenerationRequest, T, GenerationRequest> set)
        where T : struct
    {
        if (value is { } given)
            Keep(name, set(Request, given));
    }

    private void Keep(string name, GenerationRequest changed)
    {
        var faults = RequestValidator.Faults([changed], capabilities);
        if (faults.Count == 0)
            Request = changed;
        else
            reader.Fault(FaultCodes.InvalidValue, name, $"is refused: {string.Join("; ", faults)}");
    }
}
