namespace Aigc.Inference.Client.Hosts;

/// <summary>Which host a call goes to. Pure state: the clock is the caller's, and so is the lock.</summary>
internal sealed class HostBoard(IEnumerable<string> names, RemoteStagesOptions options)
{
    private readonly HostState[] _hosts = [.. names.Select(name => new HostState(name))];
    private int _next;

    /// <summary>Whether any host ever said anything.</summary>
    public bool EverAnswered { get; private set; }

    public bool AllDown => Array.TrueForAll(_hosts, host => host.Down);

    /// <summary>Each host and why it was lost, for people.</summary>
    public string Summary => string.Join(", ", _hosts.Select(host => $"{host.Name} ({host.Why})"));

    /// <summary>A place on the host with the fewest calls in flight; null where there is none now.</summary>
    /// <param name="now">Time on any steady clock.</param>
    /// <param name="notBefore">By host, when this call may try it again.</param>
    public HostLease? TryTake(TimeSpan now, IReadOnlyDictionary<int, TimeSpan> notBefore)
    {
        var best = -1;
        for (var i = 0; i < _hosts.Length; i++)
        {
            var candidate = (_next + i) % _hosts.Length;
            if (FreeAt(candidate, notBefore) <= now && (best < 0 || _hosts[candidate].InFlight < _hosts[best].InFlight))
                best = candidate;
        }

        if (best < 0)
            return null;
        var host = _hosts[best];
        host.InFlight++;
        host.Probing = host.Down;
        _next = best + 1;
        return new HostLease(best, host.Epoch, host.Down);
    }

    /// <summary>Whether <see cref="TryTake"/> would give a place.</summary>
    public bool HasFree(TimeSpan now, IReadOnlyDictionary<int, TimeSpan> notBefore)
    {
        for (var i = 0; i < _hosts.Length; i++)
        {
            if (FreeAt(i, notBefore) <= now)
                return true;
        }

        return false;
    }

    /// <summary>When a host will have a place by time alone; null where only the end of another call can make one.</summary>
    public TimeSpan? NextFree(IReadOnlyDictionary<int, TimeSpan> notBefore) =>
        Enumerable.Range(0, _hosts.Length).Select(i => FreeAt(i, notBefore)).Where(at => at < TimeSpan.MaxValue).Select(at => (TimeSpan?)at).Min();

    /// <summary>Gives a place back.</summary>
    public void Release(HostLease lease)
    {
        var host = _hosts[lease.Host];
        host.InFlight--;
        if (lease.Probe && lease.Epoch == host.Epoch)
            host.Probing = false;
    }

    /// <summary>The host has taken the call, or said why not.</summary>
    public void Answered(HostLease lease)
    {
        EverAnswered = true;
        var host = _hosts[lease.Host];
        if (lease.Epoch != host.Epoch)
            return;
        (host.RetryAt, host.Failures, host.Probing) = (null, 0, false);
    }

    /// <summary>The host cannot be reached, ended in mid-call, drains or loads.</summary>
    /// <param name="lease">The call's place.</param>
    /// <param name="now">Time on the same clock.</param>
    /// <param name="why">For people.</param>
    /// <param name="spoke">Whether the host itself said so.</param>
    /// <param name="retryAfter">When to try again, where the host said so.</param>
    public void Lost(HostLease lease, TimeSpan now, string why, bool spoke, TimeSpan? retryAfter)
    {
        EverAnswered |= spoke;
        var host = _hosts[lease.Host];
        if (lease.Epoch != host.Epoch)
            return;
        host.Epoch++;
        host.Failures++;
        host.Probing = false;
        host.Why = why;
        host.RetryAt = now + (retryAfter > TimeSpan.Zero ? retryAfter.Value : BackOff(host.Failures));
    }

    private TimeSpan FreeAt(int index, IReadOnlyDictionary<int, TimeSpan> notBefore)
    {
        var host = _hosts[index];
        if (host.InFlight >= options.CallsPerHost || host.Probing)
            return TimeSpan.MaxValue;
        var (retryAt, refusedUntil) = (host.RetryAt ?? TimeSpan.Zero, notBefore.GetValueOrDefault(index));
        return retryAt > refusedUntil ? retryAt : refusedUntil;
    }

    private TimeSpan BackOff(int failures)
    {
        var doubled = options.FirstBackOff * Math.Pow(2, Math.Min(failures - 1, 30));
        return doubled < options.LongestBackOff ? doubled : options.LongestBackOff;
    }
}
