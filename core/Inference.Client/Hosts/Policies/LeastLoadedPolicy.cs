namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary><see cref="Balancing.LeastLoaded"/>.</summary>
/// <remarks>
/// Two choices and not the best of all: figures are a moment old, and callers that all see the same host as the least loaded would all send
/// it their next calls (M. Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001).
/// </remarks>
internal sealed class LeastLoadedPolicy : IHostPolicy
{
    private static readonly RoundRobinPolicy _blind = new();

    public int Pick(IReadOnlyList<HostCandidate> candidates, CallInputs call)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Load is null)
                return _blind.Pick(candidates, call);
        }

        if (candidates.Count == 1)
            return 0;
        var first = (int)((uint)call.Draw % (uint)candidates.Count);
        var other = (first + 1 + (int)((uint)(call.Draw >> 32) % (uint)(candidates.Count - 1))) % candidates.Count;
        var perCall = PerCall(candidates);
        var (one, two) = (Wait(candidates[first], perCall), Wait(candidates[other], perCall));
        if (one == two)
            (one, two) = (candidates[first].InFlight, candidates[other].InFlight);
        return two < one ? other : first;
    }

    /// <summary>What a call takes, in seconds, as hosts' queues have it on average; 0 where all are idle.</summary>
    public static double PerCall(IReadOnlyList<HostCandidate> candidates)
    {
        var (seconds, pictures) = (0.0, 0);
        foreach (var candidate in candidates)
        {
            seconds += candidate.Load?.QueuedSeconds ?? 0;
            pictures += candidate.Load is { } load ? load.Running + load.Waiting : 0;
        }

        return pictures > 0 ? seconds / pictures : 0;
    }

    /// <summary>What a call would find ahead of it, in seconds.</summary>
    public static double Wait(HostCandidate host, double perCall) => (host.Load?.QueuedSeconds ?? 0) + (host.SentSince * perCall);
}
