using System.Diagnostics.Metrics;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Telemetry;

namespace Aigc.Pipeline.Tests.Telemetry;

public sealed class PipelineTelemetryTests
{
    // A time that no engine of a test beside this one comes to.
    private const double TotalMs = 86_400_123;

    [Fact]
    public void JobEnded_Ledger_IsMeasuredInSecondsUnderItsStateAndPlan()
    {
        var heard = Hear(() => PipelineTelemetry.JobEnded(
            JobState.Completed, ChainPlan.Split, new TimeLedger(TotalMs, 250, 0, 0, 0, 0, 0, 0, 0, 15)));

        Assert.Contains(("aigc.job.duration", TotalMs / 1000, "completed", "split"), heard);
        Assert.Contains(("aigc.job.queue", 0.25, "completed", "split"), heard);
        Assert.Contains(("aigc.job.overhead", 0.015, "completed", "split"), heard);
        Assert.Contains(("aigc.jobs", 1, "completed", "split"), heard);
    }

    [Fact]
    public void JobEnded_NoPlanAndNoLedger_IsOnlyCounted()
    {
        var heard = Hear(() => PipelineTelemetry.JobEnded(JobState.Cancelled, plan: null, ledger: null));

        Assert.Contains(("aigc.jobs", 1, "cancelled", "none"), heard);
        Assert.DoesNotContain(heard, one => one.Name != "aigc.jobs" && one.Plan == "none");
    }

    private static List<(string Name, double Value, string? State, string? Plan)> Hear(Action measured)
    {
        var heard = new List<(string, double, string?, string?)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == PipelineTelemetry.Name)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        measured();
        return heard;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
            {
                foreach (var (key, text) in tags)
                {
                    if (key == name)
                        return (string?)text;
                }

                return null;
            }

            // Engines of other tests are heard too.
            lock (heard)
                heard.Add((instrument.Name, value, Tag(tags, "aigc.job.state"), Tag(tags, "aigc.plan")));
        }
    }
}
