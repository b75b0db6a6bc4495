using Aigc.Pipeline.Stages;

namespace Aigc.Standalone.Local;

/// <summary>Notes where one stage call's time goes. Safe for many threads.</summary>
internal sealed class SpanRecorder(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly List<StageSpan> _spans = [];

    public IReadOnlyList<StageSpan> Spans
    {
        get
        {
            lock (_gate)
                return [.. _spans];
        }
    }

    public Measurement Measure(Stage stage) => new(this, stage, Now);

    private double Now => time.GetElapsedTime(_start).TotalMilliseconds;

    internal readonly struct Measurement(SpanRecorder recorder, Stage stage, double startMs) : IDisposable
    {
        public void Dispose()
        {
            lock (recorder._gate)
                recorder._spans.Add(new StageSpan(stage, startMs, recorder.Now));
        }
    }
}
