using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Aigc.Artifacts;
using Aigc.Inference.Batching;
using Aigc.Inference.Chain;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Stages;

namespace Aigc.GpuHost.Telemetry;

/// <summary>Everything that the host measures: one meter and one source of spans, each instrument with its unit and its tags.</summary>
/// <remarks>
/// A tag's values are few, and known before the first request: a prompt, a job id, the name of a picture or artifact, a seed, a size or a
/// caller's address must never be one. A model is named as the catalog names it, never as a request does: hence <c>aigc.model</c> and not
/// the conventions' <c>gen_ai.request.model</c>. Where nobody listens, nothing is allocated.
/// </remarks>
internal sealed class HostTelemetry : IChainLog
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Aigc.GpuHost";

    private const string ModelTag = "aigc.model";
    private const string StageTag = "aigc.stage";
    private const string OutcomeTag = "aigc.outcome";
    private const string StateTag = "aigc.queue.state";
    private const string SourceTag = "aigc.artifact.source";

    // The conventions' name for the kind of a fault.
    private const string FaultTag = "error.type";

    private static readonly ActivitySource _spans = new(Name);
    private static readonly FrozenDictionary<ChainStage, string> _stages = NamesOf<ChainStage>();
    private static readonly FrozenDictionary<PictureOutcome, string> _outcomes = NamesOf<PictureOutcome>();
    private static readonly FrozenDictionary<FaultKind, string> _faults = NamesOf<FaultKind>();

    // From a step of a small model to a queue that is full at its default bound.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60],
    };

    // The project's aim is single milliseconds.
    private static readonly InstrumentAdvice<double> _overheadSeconds = new()
    {
        HistogramBucketBoundaries = [.00025, .0005, .001, .002, .003, .005, .01, .025, .05, .1, .25, 1],
    };

    // Guided pictures come in twos, and devices like powers of two.
    private static readonly InstrumentAdvice<int> _rows = new() { HistogramBucketBoundaries = [1, 2, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256] };

    private readonly TimeProvider _time;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _stepDuration;
    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _stageDuration;
    private readonly Histogram<double> _chainOverhead;
    private readonly Counter<long> _pictures;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _checkpoints;

    public HostTelemetry(IMeterFactory meters, DiffusionEngine engine, CachedArtifactStore store, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(Name);
        _batchSize = meter.CreateHistogram("aigc.batch.size", "{row}", "Rows that shared a denoising step; a guided picture takes two.", null, _rows);
        _stepDuration = meter.CreateHistogram("aigc.step.duration", "s", "What a denoising step took.", null, _seconds);
        _queueWait = meter.CreateHistogram("aigc.queue.wait", "s", "How long a picture waited for the device, in all.", null, _seconds);
        _stageDuration = meter.CreateHistogram("aigc.stage.duration", "s", "What a stage took of a picture's time, in all.", null, _seconds);
        _chainOverhead = meter.CreateHistogram(
            "aigc.chain.overhead", "s", "A call's time less all that its ledger names: the cost of the chain itself.", null, _overheadSeconds);
        _pictures = meter.CreateCounter<long>("aigc.pictures", "{picture}", "Pictures of calls, by how they ended.");
        _refusals = meter.CreateCounter<long>("aigc.refusals", "{call}", "Calls that this host would not do, by kind.");
        _checkpoints = meter.CreateCounter<long>("aigc.checkpoints", "{checkpoint}", "Checkpoints stored.");

        // Observed: read when somebody collects, and never before.
        meter.CreateObservableGauge(
            "aigc.queue.compute", () => engine.Admission.QueuedSeconds, "s", "Compute waiting and under way, as the cost model has it.");
        meter.CreateObservableUpDownCounter("aigc.queue.pictures", () => PicturesOf(engine.Batcher.Load), "{picture}", "Pictures in the batch queue.");
        meter.CreateObservableUpDownCounter("aigc.models.loaded", () => engine.Models.Loaded.Count, "{model}", "Models in memory.");
        meter.CreateObservableCounter("aigc.artifact.cache.hits", () => store.Hits, "{read}", "Artifacts read from memory.");
        meter.CreateObservableCounter("aigc.artifact.cache.misses", () => store.Misses, "{read}", "Artifacts read from the store.");
        meter.CreateObservableCounter("aigc.artifact.cache.read", () => BytesOf(store), "By", "Bytes of artifacts read, by where from.");
        meter.CreateObservableUpDownCounter("aigc.artifact.cache.held", () => store.HeldBytes, "By", "Memory that held artifacts take.");
        // These begin anew when a model is loaded again.
        meter.CreateObservableCounter(
            "aigc.prompt.cache.hits", () => PerModel(engine, static prompts => prompts.Hits), "{prompt}", "Prompts whose embedding was there.");
        meter.CreateObservableCounter(
            "aigc.prompt.cache.misses", () => PerModel(engine, static prompts => prompts.Misses), "{prompt}", "Prompts that were embedded.");
        meter.CreateObservableCounter(
            "aigc.prompt.cache.shared",
            () => PerModel(engine, static prompts => prompts.Shared),
            "{prompt}",
            "Prompts whose embedding another host had.");
        meter.CreateObservableUpDownCounter(
            "aigc.prompt.cache.held", () => PerModel(engine, static prompts => prompts.Bytes), "By", "Memory that held embeddings take.");
        engine.Batcher.StepTaken += StepTaken;
    }

    /// <summary>Begins to measure a call.</summary>
    public MeasuredCall Begin() => new(_time.GetTimestamp(), _time.GetUtcNow(), Activity.Current?.Context ?? default);

    /// <summary>Measures a call that is done: its overhead, and a span for each stretch of its ledger under the call's own.</summary>
    /// <param name="call">As it began.</param>
    /// <param name="model">The model, as the catalog names it.</param>
    /// <param name="ledger">Where its time went.</param>
    /// <returns>What it took in all, in milliseconds.</returns>
    public double End(MeasuredCall call, string model, IReadOnlyList<ChainSpan> ledger)
    {
        var totalMs = _time.GetElapsedTime(call.StartedAt).TotalMilliseconds;
        if (_chainOverhead.Enabled)
            _chainOverhead.Record(LedgerTime.UncoveredMs(ledger, totalMs) / 1000, Tag(ModelTag, model));
        if (_spans.HasListeners())
        {
            foreach (var span in ledger)
                Write(span, model, call);
        }

        return totalMs;
    }

    /// <summary>A call was answered with a fault; counted where that says the host would not do it, now or ever.</summary>
    public void Faulted(FaultKind kind)
    {
        if (kind is FaultKind.BadRequest or FaultKind.NotFound or FaultKind.Overloaded or FaultKind.Unavailable)
            _refusals.Add(1, Tag(FaultTag, _faults[kind]));
    }

    /// <summary>Rows shared a step.</summary>
    public void StepTaken(BatchKey key, int rows, double seconds)
    {
        _batchSize.Record(rows, Tag(ModelTag, key.Model.Name));
        _stepDuration.Record(seconds, Tag(ModelTag, key.Model.Name));
    }

    /// <inheritdoc/>
    public void Ended(string model, PictureOutcome outcome, int pictures) => _pictures.Add(pictures, Tag(OutcomeTag, _outcomes[outcome]), Tag(ModelTag, model));

    /// <inheritdoc/>
    public void Spent(string model, ChainStage stage, double seconds)
    {
        if (stage == ChainStage.Queue)
            _queueWait.Record(seconds, Tag(ModelTag, model));
        else
            _stageDuration.Record(seconds, Tag(StageTag, _stages[stage]), Tag(ModelTag, model));
    }

    /// <inheritdoc/>
    public void Checkpointed(string model) => _checkpoints.Add(1, Tag(ModelTag, model));

    private static void Write(ChainSpan span, string model, MeasuredCall call)
    {
        using var activity = _spans.StartActivity(
            _stages[span.Stage], ActivityKind.Internal, call.Parent, startTime: call.StartedUtc.AddMilliseconds(span.StartMs));
        activity?.SetTag(ModelTag, model);
        activity?.SetEndTime(call.StartedUtc.AddMilliseconds(span.EndMs).UtcDateTime);
    }

    private static Measurement<int>[] PicturesOf(BatcherLoad load) =>
        [new(load.Running, Tag(StateTag, "running")), new(load.Waiting, Tag(StateTag, "waiting"))];

    private static Measurement<long>[] BytesOf(CachedArtifactStore store) =>
        [new(store.BytesFromMemory, Tag(SourceTag, "memory")), new(store.BytesFromStore, Tag(SourceTag, "store"))];

    private static Measurement<long>[] PerModel(DiffusionEngine engine, Func<Aigc.Inference.Prompts.PromptEncoder, long> figure) =>
        [.. engine.Models.Loaded.Select(model => new Measurement<long>(figure(model.Prompts), Tag(ModelTag, model.Name)))];

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static FrozenDictionary<T, string> NamesOf<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToFrozenDictionary(
            static value => value, static value => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
}
