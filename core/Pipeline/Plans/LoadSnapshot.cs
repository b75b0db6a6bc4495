using Aigc.Pipeline.Hosts;

namespace Aigc.Pipeline.Plans;

/// <summary>How busy the hosts are that would carry a job out, at one moment.</summary>
/// <param name="QueuedSeconds">For each host that takes work, the compute waiting and under way on it, in seconds.</param>
public sealed record LoadSnapshot(IReadOnlyList<double> QueuedSeconds)
{
    /// <summary>Nothing is known: this process does the work, or no host has been asked yet.</summary>
    public static LoadSnapshot Unknown { get; } = new([]);

    /// <summary>The same for hosts that only enhance.</summary>
    /// <value>The default is none: the hosts that generate enhance too.</value>
    public IReadOnlyList<double> EnhanceQueuedSeconds { get; init; } = [];

    /// <summary>The load that hosts report.</summary>
    /// <param name="reports">The reports; those of hosts that take no work are left out.</param>
    public static LoadSnapshot From(IReadOnlyList<HostReport> reports) => new(
        [.. reports.Where(r => r.State is HostCondition.Up or HostCondition.Loading).Select(r => Math.Max(0, r.QueuedSeconds))]);

    /// <summary>The same hosts with nothing to do: what can be said of them when the figures are old.</summary>
    public LoadSnapshot Idle() => new([.. QueuedSeconds.Select(_ => 0.0)]) { EnhanceQueuedSeconds = [.. EnhanceQueuedSeconds.Select(_ => 0.0)] };
}
