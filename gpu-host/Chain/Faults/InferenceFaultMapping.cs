using Aigc.Artifacts;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Chain.Faults;

/// <summary>The one place where inference's faults become everybody's.</summary>
public static class InferenceFaultMapping
{
    /// <summary>The same fault, of the kind that transports map.</summary>
    public static FaultException ToFault(this InferenceException e) => new(Kind(e.Kind), e.Message, e, e.RetryAfter);

    /// <summary>Makes a call whose inference faults become everybody's.</summary>
    /// <exception cref="FaultException">What the call threw as an <see cref="InferenceException"/>.</exception>
    public static async Task<T> FaultsOf<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (InferenceException e)
        {
            throw e.ToFault();
        }
    }

    private static FaultKind Kind(InferenceFault fault) => fault switch
    {
        InferenceFault.BadRequest => FaultKind.BadRequest,
        InferenceFault.BadModel => FaultKind.BadModel,
        InferenceFault.NotFound => FaultKind.NotFound,
        InferenceFault.Overloaded => FaultKind.Overloaded,
        InferenceFault.Draining => FaultKind.Unavailable,
        InferenceFault.Cancelled => FaultKind.Cancelled,
        InferenceFault.DeadlineExceeded => FaultKind.DeadlineExceeded,
        InferenceFault.DeviceUnavailable => FaultKind.Unavailable,
        InferenceFault.Internal => FaultKind.Internal,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown fault"),
    };
}
