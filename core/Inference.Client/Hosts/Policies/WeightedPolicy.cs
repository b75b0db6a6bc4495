namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary><see cref="Balancing.Weighted"/>.</summary>
/// <remarks>
/// The call goes where calls for each unit of capacity, with it among them, are fewest: under load a host twice as fast has twice the
/// calls, and an idle pool uses its fastest host. Capacity is as hosts measured it, so that one that has made only large pictures, whose
/// every pixel costs more, counts for less than it is. A host that has not measured yet counts as the mean of those that have.
/// </remarks>
internal sealed class WeightedPolicy : IHostPolicy
{
    public int Pick(IReadOnlyList<HostCandidate> candidates, CallInputs call)
    {
        var (sum, known) = (0.0, 0);
        foreach (var candidate in candidates)
        {
            if (candidate.Load?.Capacity is not { } capacity)
                continue;
            sum += capacity;
            known++;
        }

        var mean = known > 0 ? sum / known : 1;
        var (best, least) = (0, double.PositiveInfinity);
        for (var i = 0; i < candidates.Count; i++)
        {
            var share = (candidates[i].InFlight + 1) / (candidates[i].Load?.Capacity ?? mean);
            if (share < least)
                (best, least) = (i, share);
        }

        return best;
    }
}
