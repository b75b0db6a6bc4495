using Aigc.Artifacts;
using Aigc.Inference.Faults;

namespace Aigc.Standalone.Local;

/// <summary>The one place where inference's faults become the pipeline's.</summary>
internal static class InferenceFaultMapping
{
    public static FaultException ToFault(this InferenceException e) => new(Kind(e.Kind), e.Message, e, e.RetryAfter);

    private static FaultKind Kind(InferenceFault fault) => fault switch
    {
        InferenceFault.BadRequest => FaultKind.BadRequest,
        InferenceFault.BadModel => FaultKind.BadModel,
        InferenceFault.NotFound => FaultKind.NotFound,
        InferenceFault.Overloaded => FaultKind.Overloaded,
        InferenceFault.Cancelled => FaultKind.Cancelled,
        InferenceFault.DeadlineExceeded => FaultKind.DeadlineExceeded,
        InferenceFault.DeviceUnavailable => FaultKind.Unavailable,
        InferenceFault.Internal => FaultKind.Internal,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown fault"),
    };
}
