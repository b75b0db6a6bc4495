using Aigc.Inference.Faults;

namespace Aigc.Inference.Admission;

/// <summary>
/// Keeps account of the work in the house and refuses at the door what would not be done in time, before anything is decoded or allocated
/// for it. Safe for many threads.
/// </summary>
/// <param name="options">How much work may wait.</param>
/// <param name="time">The clock.</param>
public sealed class AdmissionControl(AdmissionOptions options, TimeProvider time)
{
    private static readonly TimeSpan _leastRetry = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly HashSet<AdmissionTicket> _tickets = [];
    private long _bytes;

    /// <summary>Compute waiting and under way, in seconds, as learned.</summary>
    public double QueuedSeconds
    {
        get
        {
            lock (_gate)
                return SecondsUntil(long.MaxValue);
        }
    }

    /// <summary>Takes pictures in, all or none.</summary>
    /// <param name="demands">What each asks for.</param>
    /// <param name="deadline">When all must be done, by the clock's timestamps; <see cref="long.MaxValue"/> for whenever.</param>
    /// <returns>A ticket for each.</returns>
    /// <exception cref="InferenceException">
    /// <see cref="InferenceFault.Overloaded"/>: there is no room, or the deadline cannot be met; with a hint when to try again, or without one
    /// where the deadline is too short even for an idle host.
    /// </exception>
    public IReadOnlyList<AdmissionTicket> Admit(IReadOnlyList<Demand> demands, long deadline)
    {
        // Asks for nothing, so that no queue is too full for it.
        if (demands.Count == 0)
            return [];
        var (seconds, bytes) = (demands.Sum(static demand => demand.Seconds), demands.Sum(static demand => demand.Bytes));
        lock (_gate)
        {
            RefuseLate(demands, seconds, deadline);
            if (_tickets.Count > 0)
                RefuseFull(seconds, bytes);
            AdmissionTicket[] tickets = [.. demands.Select(demand => new AdmissionTicket(this, demand.Seconds, demand.Bytes, deadline))];
            _tickets.UnionWith(tickets);
            _bytes += bytes;
            return tickets;
        }
    }

    internal void Leave(AdmissionTicket ticket)
    {
        lock (_gate)
        {
            if (_tickets.Remove(ticket))
                _bytes -= ticket.Bytes;
        }
    }

    private void RefuseLate(IReadOnlyList<Demand> demands, double seconds, long deadline)
    {
        if (deadline == long.MaxValue)
            return;
        var available = time.GetElapsedTime(time.GetTimestamp(), deadline).TotalSeconds;
        // The batcher serves what would miss its deadline first, so work with a later one or none does not stand in the way.
        var ahead = SecondsUntil(deadline);
        var needed = Math.Max(seconds, demands.Max(static demand => demand.AloneSeconds));
        if (ahead + needed <= available)
            return;
        var message = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"the deadline in {Math.Max(0, available):0.###} s cannot be met: {ahead:0.###} s of work come first and this takes {needed:0.###} s; allow more time");
        throw new InferenceException(InferenceFault.Overloaded, message, needed <= available ? Retry(ahead + needed - available) : null);
    }

    private void RefuseFull(double seconds, long bytes)
    {
        var queued = SecondsUntil(long.MaxValue);
        if (queued + seconds > options.MaxQueuedSeconds)
        {
            var message = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"the queue is full: {queued:0.###} s of work wait, and {options.MaxQueuedSeconds:0.###} may; try again later");
            throw new InferenceException(InferenceFault.Overloaded, message, Retry(Math.Min(queued, queued + seconds - options.MaxQueuedSeconds)));
        }

        if (_bytes + bytes > options.MaxQueuedBytes)
        {
            // Memory comes free as work is done, in proportion.
            var share = Math.Min(1, (double)(_bytes + bytes - options.MaxQueuedBytes) / _bytes);
            throw new InferenceException(
                InferenceFault.Overloaded,
                $"the queue is full: waiting pictures take {_bytes >> 20} MiB of {options.MaxQueuedBytes >> 20}; try again later",
                Retry(queued * share));
        }
    }

    private double SecondsUntil(long deadline)
    {
        var seconds = 0.0;
        foreach (var ticket in _tickets)
            seconds += ticket.Deadline <= deadline ? ticket.SecondsLeft : 0;
        return seconds;
    }

    private static TimeSpan Retry(double seconds) => TimeSpan.FromSeconds(Math.Max(seconds, _leastRetry.TotalSeconds));
}
