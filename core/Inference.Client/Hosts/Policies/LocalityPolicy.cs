namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary><see cref="Balancing.Locality"/>.</summary>
internal sealed class LocalityPolicy(TimeSpan fetchLatency, double fetchBytesPerSecond) : IHostPolicy
{
    private static readonly LeastLoadedPolicy _other = new();

    public int Pick(IReadOnlyList<HostCandidate> candidates, CallInputs call)
    {
        var other = _other.Pick(candidates, call);
        if (call.Held.Count == 0)
            return other;
        var (holder, held) = (other, candidates[other].HeldOf(call));
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].HeldOf(call) is var bytes && bytes > held)
                (holder, held) = (i, bytes);
        }

        if (holder == other)
            return other;
        var perCall = LeastLoadedPolicy.PerCall(candidates);
        var longer = LeastLoadedPolicy.Wait(candidates[holder], perCall) - LeastLoadedPolicy.Wait(candidates[other], perCall);
        var fetch = fetchLatency.TotalSeconds + ((held - candidates[other].HeldOf(call)) / fetchBytesPerSecond);
        return longer <= fetch ? holder : other;
    }
}
