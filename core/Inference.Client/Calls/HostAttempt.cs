using Aigc.Inference.Client.Hosts;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Calls;

/// <summary>One try of a call, on one host.</summary>
internal sealed class HostAttempt(HostPool pool, HostLease lease)
{
    public int Host => lease.Host;

    public string Name { get; } = pool.NameOf(lease.Host);

    public InferenceClient Client { get; } = pool.ClientOf(lease.Host);

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

    public void Advanced() => HasAdvanced = true;
}
