namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary><see cref="Balancing.RoundRobin"/>.</summary>
internal sealed class RoundRobinPolicy : IHostPolicy
{
    public int Pick(IReadOnlyList<HostCandidate> candidates, CallInputs call)
    {
        var best = 0;
        for (var i = 1; i < candidates.Count; i++)
        {
            if (candidates[i].InFlight < candidates[best].InFlight)
                best = i;
        }

        return best;
    }
}
