using Aigc.Pipeline.Plans;

namespace Aigc.Pipeline.Hosts;

/// <summary>
/// The load as it was seen last, told at once: no job waits for a look. A look that is older than a second starts another for those who
/// come later, and figures older than five count as none. Safe for many threads.
/// </summary>
/// <param name="hosts">Looks at the hosts that generate.</param>
/// <param name="time">The clock.</param>
/// <param name="enhancers">Looks at hosts that only enhance; null where those that generate do it.</param>
public sealed class LatestLook(IHostMonitor hosts, TimeProvider time, IHostMonitor? enhancers = null)
{
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _old = TimeSpan.FromSeconds(5);

    private readonly IHostMonitor[] _monitors = enhancers is null ? [hosts] : [hosts, enhancers];
    private readonly Lock _gate = new();
    private Task<IReadOnlyList<HostReport>>[]? _looking;
    private LoadSnapshot _latest = LoadSnapshot.Unknown;
    private long? _askedAt;
    private long _seenAt;
    private bool _idle = true;

    /// <summary>The latest load, and its age.</summary>
    /// <returns><see cref="LoadSnapshot.Unknown"/> before the first look has ended.</returns>
    public LoadReading Look()
    {
        lock (_gate)
        {
            Take();
            if (_looking is null && (_askedAt is not { } at || time.GetElapsedTime(at) >= _fresh))
            {
                _askedAt = time.GetTimestamp();
                _looking = [.. _monitors.Select(monitor => monitor.LookAsync(CancellationToken.None).AsTask())];
                Take();
            }

            if (!_idle && time.GetElapsedTime(_seenAt) > _old)
                (_latest, _idle) = (_latest.Idle(), true);
            return new LoadReading(_latest, _askedAt is null || _idle ? TimeSpan.Zero : time.GetElapsedTime(_seenAt));
        }
    }

    private void Take()
    {
        if (_looking is not { } looks || !Array.TrueForAll(looks, look => look.IsCompleted))
            return;
        _looking = null;
        // One that failed tells nothing: what was seen before it stands until it is old.
        if (looks.Select(look => look.Exception).OfType<Exception>().Any() || looks.Any(look => look.IsCanceled))
            return;
        var loads = looks.Select(look => LoadSnapshot.From(look.Result)).ToArray();
        _latest = loads[0] with { Enhancers = loads is [_, var enhancing] ? enhancing.Hosts : [] };
        (_seenAt, _idle) = (_askedAt!.Value, false);
    }
}
