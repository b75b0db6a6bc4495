using Aigc.Pipeline.Hosts;

namespace Aigc.Benchmarks.Planning;

/// <summary>Hosts that share calls, as the client picks among them: the one with the fewest calls in flight.</summary>
internal sealed class SimulatedPool(EventQueue events, IReadOnlyList<SimulatedHost> hosts) : IHostMonitor
{
    private const double LookMs = 4;

    private int _turn;

    public bool IsEmpty => hosts.Count == 0;

    public SimulatedHost Take()
    {
        var first = _turn++ % hosts.Count;
        var host = Enumerable.Range(0, hosts.Count).Select(i => hosts[(first + i) % hosts.Count]).MinBy(h => h.Calls)!;
        host.Calls++;
        return host;
    }

    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource<IReadOnlyList<HostReport>>();
        events.After(LookMs, () => seen.SetResult(
            [.. hosts.Select(h => new HostReport($"http://{h.Name}", HostCondition.Up) { QueuedSeconds = h.QueuedSeconds })]));
        return new ValueTask<IReadOnlyList<HostReport>>(seen.Task);
    }
}
