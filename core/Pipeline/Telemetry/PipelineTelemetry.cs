using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;

namespace Aigc.Pipeline.Telemetry;

/// <summary>What engines measure of jobs: one meter, each instrument with its unit and its tags.</summary>
/// <remarks>
/// A tag's values are few, and known before the first job: a prompt, a job's id or a picture's name must never be one. Where nobody
/// listens, nothing is allocated.
/// </remarks>
public static class PipelineTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Aigc.Pipeline";

    private const string StateTag = "aigc.job.state";
    private const string PlanTag = "aigc.plan";
    private const string Undecided = "none";

    private static readonly FrozenDictionary<JobState, string> _states =
        Enum.GetValues<JobState>().ToFrozenDictionary(state => state, state => state.ToString().ToLowerInvariant());

    private static readonly FrozenDictionary<ChainPlan, string> _plans =
        Enum.GetValues<ChainPlan>().ToFrozenDictionary(plan => plan, plan => plan.ToString().ToLowerInvariant());

    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _jobs = _meter.CreateCounter<long>("aigc.jobs", "{job}", "Jobs that have ended.");

    private static readonly Histogram<double> _duration = Histogram(
        "aigc.job.duration", "From a job's acceptance to its end.", [.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]);

    private static readonly Histogram<double> _queue = Histogram(
        "aigc.job.queue", "How long a job waited for a device while nothing else of it went on.", [.005, .01, .05, .1, .5, 1, 5, 10, 30, 60, 300]);

    // The project's aim is single milliseconds, and a durable hop is tens of them.
    private static readonly Histogram<double> _overhead = Histogram(
        "aigc.job.overhead",
        "A job's time less all that its ledger names: the cost of the chain itself.",
        [.001, .0025, .005, .01, .025, .05, .075, .1, .15, .25, .5, 1, 5]);

    /// <summary>Measures a job that has ended. Engines that replay call it once.</summary>
    /// <param name="state">How it ended.</param>
    /// <param name="plan">The plan it ran; null where none was decided.</param>
    /// <param name="ledger">Where its time went; null where that is not known, and then it is only counted.</param>
    public static void JobEnded(JobState state, ChainPlan? plan, TimeLedger? ledger)
    {
        var tags = new TagList { { StateTag, _states[state] }, { PlanTag, plan is { } decided ? _plans[decided] : Undecided } };
        _jobs.Add(1, tags);
        if (ledger is null)
            return;
        _duration.Record(ledger.TotalMs / 1000, tags);
        _queue.Record(ledger.QueueMs / 1000, tags);
        _overhead.Record(ledger.OverheadMs / 1000, tags);
    }

    private static Histogram<double> Histogram(string name, string description, double[] boundaries) => _meter.CreateHistogram(
        name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
