using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Calls;

/// <summary>One try of a call, on one host.</summary>
internal sealed class HostAttempt(HostPool pool, HostEntry host, HostLease lease)
{
    public int Host => lease.Host;

    public string Name => host.Name;

    /// <summary>A reference that it answered with, at the host that holds its bytes: itself, by its own name where it gives one.</summary>
    public ArtifactRef Holding(ArtifactRef artifact)
    {
        Named(artifact.Host);
        return artifact.Host is null ? artifact.At(host.Holder) : artifact;
    }

    public InferenceClient Client => host.Client;

    /// <summary>Counts what comes of the try.</summary>
    public HostBreaker Breaker => host.Breaker;

    /// <summary>Whether the host has taken the call.</summary>
    public bool WasTaken { get; private set; }

    /// <summary>Whether it came further than the tries before: what it did is not lost with it.</summary>
    public bool HasAdvanced { get; private set; }

    public void Taken()
    {
        if (WasTaken)
            return;
        WasTaken = true;
        pool.Answered(lease);
    }

    /// <summary>It calls itself so in references.</summary>
    public void Named(string? own) => pool.Named(lease.Host, own);

    public void Advanced() => HasAdvanced = true;
}
