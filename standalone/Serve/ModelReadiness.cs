using Aigc.Artifacts;

namespace Aigc.Standalone.Serve;

/// <summary>Whether jobs can be carried out at once: the model is loaded, or a host has said what it can do.</summary>
internal sealed class ModelReadiness
{
    private volatile string? _waiting = "the model is being loaded";

    /// <summary>Why not yet; null where they can.</summary>
    public string? Waiting => _waiting;

    public void Ready() => _waiting = null;

    public void Failed(FaultException fault) => _waiting = fault.Message;
}
