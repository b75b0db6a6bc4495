using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Resilience;

namespace Aigc.Inference.Client.Hosts;

/// <summary>Which host a call goes to. Pure state: the clock is the caller's, and so is the lock.</summary>
/// <param name="options">How many calls a host is given, and how long figures and a lost host's rest hold.</param>
/// <param name="policy">Chooses among the hosts that have a place.</param>
/// <param name="draws">What the policy and the lengths of waits are drawn by.</param>
internal sealed class HostBoard(RemoteStagesOptions options, IHostPolicy policy, Draws draws)
{
    // In the order in which they came: by their numbers, none of which is ever given again.
    private readonly List<HostState> _hosts = [];
    private readonly List<HostState> _free = [];
    private readonly List<HostCandidate> _candidates = [];
    private int _ids;
    private int _next;

    /// <summary>Whether any host ever said anything.</summary>
    public bool EverAnswered { get; private set; }

    public bool AllDown => _hosts.TrueForAll(host => host.Down || host.Leaving);

    /// <summary>Calls of this caller on all hosts.</summary>
    public int InFlight => _hosts.Sum(host => host.InFlight);

    /// <summary>Each host and why it was lost, for people.</summary>
    public string Summary => string.Join(", ", _hosts.Where(host => !host.Leaving).Select(host => $"{host.Name} ({host.Why})"));

    /// <summary>A host comes.</summary>
    /// <param name="name">For people.</param>
    /// <param name="holder">What references to artifacts call it.</param>
    /// <returns>Its number, which leases have.</returns>
    public int Add(string name, string? holder = null)
    {
        _hosts.Add(new HostState(_ids, name, holder));
        return _ids++;
    }

    /// <summary>A host gets no more calls, or gets them again.</summary>
    /// <returns>Calls that are still on it.</returns>
    public int Leave(int id, bool leaving)
    {
        var host = Find(id)!;
        host.Leaving = leaving;
        return host.InFlight;
    }

    /// <summary>A host is forgotten; leases on it are good for nothing, and harmless.</summary>
    public void Remove(int id) => _hosts.RemoveAll(host => host.Id == id);

    /// <summary>A place on the host that the policy chooses; null where there is none now.</summary>
    /// <param name="now">Time on any steady clock.</param>
    /// <param name="notBefore">By host, when this call may try it again.</param>
    /// <param name="call">What is known of the call.</param>
    public HostLease? TryTake(TimeSpan now, IReadOnlyDictionary<int, TimeSpan> notBefore, CallInputs call)
    {
        _free.Clear();
        _candidates.Clear();
        var first = _hosts.FindIndex(host => host.Id >= _next);
        for (var i = 0; i < _hosts.Count; i++)
        {
            var host = _hosts[(Math.Max(first, 0) + i) % _hosts.Count];
            if (FreeAt(host, notBefore) <= now)
                _free.Add(host);
        }

        if (_free.Count == 0)
            return null;
        // One that does not answer, or is about to end, is tried where there is no other.
        if (_free.Exists(host => !host.Unfit))
            _free.RemoveAll(host => host.Unfit);
        foreach (var host in _free)
            _candidates.Add(new HostCandidate(host.Names, host.InFlight, host.SentSince, Fresh(host, now)));
        var chosen = _free[policy.Pick(_candidates, call with { Draw = draws.Next() })];
        chosen.InFlight++;
        chosen.SentSince++;
        chosen.Probing = chosen.Down;
        _next = chosen.Id + 1;
        return new HostLease(chosen.Id, chosen.Epoch, chosen.Told, chosen.Down);
    }

    /// <summary>Whether <see cref="TryTake"/> would give a place.</summary>
    public bool HasFree(TimeSpan now, IReadOnlyDictionary<int, TimeSpan> notBefore)
    {
        foreach (var host in _hosts)
        {
            if (FreeAt(host, notBefore) <= now)
                return true;
        }

        return false;
    }

    /// <summary>When a host will have a place by time alone; null where only the end of another call can make one.</summary>
    public TimeSpan? NextFree(IReadOnlyDictionary<int, TimeSpan> notBefore) =>
        _hosts.Select(host => FreeAt(host, notBefore)).Where(at => at < TimeSpan.MaxValue).Select(at => (TimeSpan?)at).Min();

    /// <summary>Gives a place back.</summary>
    /// <returns>Whether the host leaves and this was the last call on it.</returns>
    public bool Release(HostLease lease)
    {
        if (Find(lease.Host) is not { } host)
            return false;
        host.InFlight--;
        if (lease.Told == host.Told)
            host.SentSince--;
        if (lease.Probe && lease.Epoch == host.Epoch)
            host.Probing = false;
        return host is { Leaving: true, InFlight: 0 };
    }

    /// <summary>The host has taken the call, or said why not.</summary>
    public void Answered(HostLease lease)
    {
        EverAnswered = true;
        // Of one whose circuit is open, its breaker says when it is well: a call that is taken is not done yet.
        if (Find(lease.Host) is not { Broken: false } host || lease.Epoch != host.Epoch)
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
        if (Find(lease.Host) is not { } host || lease.Epoch != host.Epoch)
            return;
        host.Epoch++;
        host.Failures++;
        host.Probing = false;
        host.Why = why;
        host.RetryAt = now + (retryAfter > TimeSpan.Zero ? retryAfter.Value : BackOff.After(host.Failures, options, draws));
    }

    /// <summary>The host's circuit opens: it gets no call for a while, and then one alone.</summary>
    public void Broke(int id, TimeSpan now, TimeSpan duration)
    {
        if (Find(id) is not { } host)
            return;
        host.Epoch++;
        (host.Broken, host.Probing, host.RetryAt) = (true, false, now + duration);
        host.Why = "too many of its calls failed";
    }

    /// <summary>The host's circuit closes: it did a call.</summary>
    public void Mended(int id)
    {
        if (Find(id) is { } host)
            (host.Broken, host.Probing, host.RetryAt, host.Failures) = (false, false, null, 0);
    }

    /// <summary>Whether a host but this one is up and has a place.</summary>
    public bool HasRoomBeside(int id) => _hosts.Exists(
        host => host.Id != id && host is { Down: false, Leaving: false, Unfit: false } && host.InFlight < options.CallsPerHost);

    /// <summary>The host tells its load.</summary>
    /// <returns>Whether calls that wait should ask again: it was silent.</returns>
    public bool Heard(int id, TimeSpan now, HostFigures figures)
    {
        if (Find(id) is not { } host)
            return false;
        var back = host.Silent;
        (host.Figures, host.HeardAt, host.SentSince, host.Silent) = (figures, now, 0, false);
        host.Told++;
        // It is there again: the next call finds out whether it takes work, and need not wait.
        if (back && !host.Broken && host.RetryAt > now)
            host.RetryAt = now;
        return back;
    }

    /// <summary>The host does not tell its load.</summary>
    /// <param name="id">Which.</param>
    /// <param name="silent">Whether it does not answer at all; else it only cannot tell.</param>
    public void NotHeard(int id, bool silent)
    {
        if (Find(id) is { } host)
            (host.Figures, host.Silent) = (null, silent);
    }

    /// <summary>Whether it was asked for its load and does not answer.</summary>
    public bool IsSilent(int id) => Find(id) is { Silent: true };

    /// <summary>The host calls itself so in references to artifacts.</summary>
    public void Named(int id, string own) => Find(id)?.Named(own);

    /// <summary>Whether the host holds what the call reads; null where none is known to.</summary>
    public bool? Holds(int id, CallInputs call) =>
        call.Held.Count == 0 ? null : Find(id) is { } host && host.Names.Any(call.Held.ContainsKey);

    private HostState? Find(int id)
    {
        foreach (var host in _hosts)
        {
            if (host.Id == id)
                return host;
        }

        return null;
    }

    private HostFigures? Fresh(HostState host, TimeSpan now) => now - host.HeardAt <= options.LoadLife ? host.Figures : null;

    private TimeSpan FreeAt(HostState host, IReadOnlyDictionary<int, TimeSpan> notBefore)
    {
        if (host.Leaving || host.InFlight >= options.CallsPerHost || host.Probing)
            return TimeSpan.MaxValue;
        var (retryAt, refusedUntil) = (host.RetryAt ?? TimeSpan.Zero, notBefore.GetValueOrDefault(host.Id));
        return retryAt > refusedUntil ? retryAt : refusedUntil;
    }
}
