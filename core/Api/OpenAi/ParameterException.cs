namespace Aigc.Api.OpenAi;

/// <summary>A request that is refused before a job is made of it, with every fault that was found.</summary>
/// <param name="faults">At least one.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class ParameterException(IReadOnlyList<ParameterFault> faults, int status = 400)
    : Exception(string.Join(' ', faults.Select(fault => fault.Message)))
{
    public ParameterException(string code, string? param, string message, int status = 400)
        : this([new ParameterFault(code, param, message)], status)
    {
    }

    public IReadOnlyList<ParameterFault> Faults { get; } = faults;

    public int Status { get; } = status;
}
