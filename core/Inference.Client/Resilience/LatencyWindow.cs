namespace Aigc.Inference.Client.Resilience;

/// <summary>How long the last calls of a kind took. Safe for many threads.</summary>
internal sealed class LatencyWindow
{
    /// <summary>Fewer calls than this say nothing of the slowest of them.</summary>
    public const int Fewest = 20;

    private const int Size = 128;

    // Two hosts that answer at once would otherwise be asked everything twice.
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly TimeSpan[] _latencies = new TimeSpan[Size];
    private int _count;

    /// <summary>A call has ended well.</summary>
    public void Add(TimeSpan latency)
    {
        lock (_gate)
            _latencies[_count++ % Size] = latency;
    }

    /// <summary>What 95 of 100 calls took at most, 50 milliseconds at least; null while too few have ended.</summary>
    public TimeSpan? Slow()
    {
        TimeSpan[] sorted;
        lock (_gate)
        {
            if (_count < Fewest)
                return null;
            sorted = _latencies[..Math.Min(_count, Size)];
        }

        Array.Sort(sorted);
        var slow = sorted[(int)Math.Ceiling(sorted.Length * 0.95) - 1];
        return slow > _shortest ? slow : _shortest;
    }
}
