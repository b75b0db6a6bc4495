using Aigc.Pipeline.Hosts;

namespace Aigc.Pipeline.Plans;

/// <summary>How busy the hosts are that would carry a job out, at one moment.</summary>
/// <param name="Hosts">The hosts that take work.</param>
public sealed record LoadSnapshot(IReadOnlyList<HostLoad> Hosts)
{
    /// <summary>Nothing is known: this process does the work, or no host has been asked yet.</summary>
    public static LoadSnapshot Unknown { get; } = new([]);

    /// <summary>Hosts that only enhance.</summary>
    /// <value>The default is none: the hosts that generate enhance too.</value>
    public IReadOnlyList<HostLoad> Enhancers { get; init; } = [];

    /// <summary>The load that hosts report.</summary>
    /// <param name="reports">The reports; those of hosts that take no work are left out.</param>
    public static LoadSnapshot From(IReadOnlyList<HostReport> reports) => new(
    [
        .. reports.Where(r => r.State is HostCondition.Up or HostCondition.Loading)
            .Select(r => new HostLoad(r.Name[(r.Name.LastIndexOf('/') + 1)..], Math.Max(0, r.QueuedSeconds))),
    ]);

    /// <summary>The same hosts with nothing to do: what can be said of them when the figures are old.</summary>
    public LoadSnapshot Idle() => new(Idle(Hosts)) { Enhancers = Idle(Enhancers) };

    private static IReadOnlyList<HostLoad> Idle(IReadOnlyList<HostLoad> hosts) => [.. hosts.Select(h => h with { QueuedSeconds = 0 })];
}
