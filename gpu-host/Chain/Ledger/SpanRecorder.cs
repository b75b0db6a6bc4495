using Aigc.Inference.Costs;
using Aigc.Inference.Stages;

namespace Aigc.Inference.Chain.Ledger;

/// <summary>Notes where time goes. Safe for many threads.</summary>
/// <param name="time">The clock.</param>
internal sealed class SpanRecorder(TimeProvider time) : IWorkLog
{
    private readonly Lock _gate = new();
    private readonly List<(ChainStage Stage, long Start, long End)> _spans = [];

    public Measurement Measure(ChainStage stage) => new(this, stage, time.GetTimestamp());

    public void Add(ChainStage stage, long start, long end)
    {
        lock (_gate)
            _spans.Add((stage, start, end));
    }

    /// <inheritdoc/>
    public void Note(Work work, long queuedAt, long startedAt, long endedAt)
    {
        Add(ChainStage.Queue, queuedAt, startedAt);
        Add(StageOf(work), startedAt, endedAt);
    }

    /// <summary>The spans as a call sees them that began at <paramref name="start"/>: what was before it is cut off.</summary>
    public IEnumerable<ChainSpan> Since(long start)
    {
        lock (_gate)
        {
            return [.. _spans.Where(span => span.End > start).Select(span => new ChainSpan(span.Stage, Ms(start, Math.Max(span.Start, start)), Ms(start, span.End)))];
        }
    }

    /// <summary>What each stage took in all, in seconds; stages that took part only.</summary>
    public IReadOnlyList<(ChainStage Stage, double Seconds)> Totals()
    {
        lock (_gate)
        {
            return [.. _spans.GroupBy(static span => span.Stage).Select(
                stage => (stage.Key, stage.Sum(span => time.GetElapsedTime(span.Start, span.End).TotalSeconds)))];
        }
    }

    private double Ms(long from, long to) => time.GetElapsedTime(from, to).TotalMilliseconds;

    private static ChainStage StageOf(Work work) => work switch
    {
        Work.Understand => ChainStage.Understand,
        Work.Fit => ChainStage.Encode,
        Work.Prepare => ChainStage.Prepare,
        Work.Decode => ChainStage.Generate,
        Work.Enhance => ChainStage.Enhance,
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, "unknown work"),
    };

    internal readonly struct Measurement(SpanRecorder recorder, ChainStage stage, long start) : IDisposable
    {
        public void Dispose() => recorder.Add(stage, start, recorder.Now);
    }

    private long Now => time.GetTimestamp();
}
