namespace Aigc.Benchmarks.Planning;

/// <summary>Simulated time: what is to happen, by its moments and, within one, in the order in which it was asked for.</summary>
internal sealed class EventQueue : TimeProvider
{
    private readonly PriorityQueue<Action, (double At, long Order)> _events = new();
    private long _order;

    /// <summary>Milliseconds since the start.</summary>
    public double NowMs { get; private set; }

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => (long)(NowMs * 1000);

    public void After(double ms, Action then) => _events.Enqueue(then, (NowMs + Math.Max(0, ms), _order++));

    /// <summary>Lets everything happen, until nothing is to happen any more.</summary>
    public void Run()
    {
        while (_events.TryDequeue(out var then, out var at))
        {
            NowMs = at.At;
            then();
        }
    }
}
