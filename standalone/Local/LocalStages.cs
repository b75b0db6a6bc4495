using Aigc.Artifacts;
using Aigc.Inference.Chain;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Prompts;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Standalone.Local;

/// <summary>Carries stage calls out in this process, on one model and one device.</summary>
internal sealed class LocalStages(LocalModel model, IArtifactStore store, TimeProvider time)
    : IStageExecutor, IHostMonitor, IAsyncDisposable
{
    private readonly PictureChain _chain = new(model.Engine, store, new ChainOptions(), time);

    public async ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken)
    {
        var card = await _chain.DescribeAsync("").WaitAsync(cancellationToken).ConfigureAwait(false);
        return new EngineCapabilities(
            card.Name,
            card.Digest,
            card.SizeMultiple,
            ModelCard.MinSize,
            ModelCard.MaxSize,
            card.DefaultSize,
            card.DefaultSize,
            card.MaxSteps,
            card.DefaultSteps,
            card.DefaultGuidance,
            card.Schedulers,
            card.DefaultScheduler,
            card.EnhanceFactor,
            PreferredBatch: model.Engine.Options.Batching.MaxRows / 2,
            card.ImageToImage)
        {
            Prompts = card.Prompts,
        };
    }

    /// <summary>This process as a host of its own, by the same figures that a host elsewhere tells.</summary>
    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken)
    {
        var (state, why) = model.Loaded switch
        {
            { IsCompletedSuccessfully: true } => (HostCondition.Up, (string?)null),
            { IsFaulted: true } failed => (HostCondition.Down, failed.Exception.InnerException!.Message),
            _ => (HostCondition.Loading, "its model is being loaded"),
        };
        var load = model.Engine.Batcher.Load;
        return new ValueTask<IReadOnlyList<HostReport>>(
        [
            new HostReport("this process", state)
            {
                Why = why,
                QueuedSeconds = model.Engine.Admission.QueuedSeconds,
                Running = load.Running,
                Waiting = load.Waiting,
                FreeRows = load.FreeRows,
                Devices = state == HostCondition.Up
                    ? [HostReport.DeviceWords(LocalModel.Device.Provider, LocalModel.Device.Index, LocalModel.Device.Threads)]
                    : [],
            },
        ]);
    }

    public async Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken)
    {
        var outcome = await _chain.FindAsync(Call(input.Pictures), cancellationToken).ConfigureAwait(false);
        return new FindOutput([.. Results(input.Pictures, outcome.Value)]) { Spans = Spans(outcome.Spans) };
    }

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var call = Call(input.Pictures) with { PreviewEverySteps = input.PreviewEverySteps };
        var outcome = await _chain.RunAsync(call, new ProgressObserver(progress, input.Pictures), cancellationToken).ConfigureAwait(false);
        return new ChainOutput([.. Results(input.Pictures, outcome.Value)], Truncated(outcome.Truncated)) { Spans = Spans(outcome.Spans) };
    }

    public async Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken)
    {
        var outcome = await _chain.UnderstandAsync("", input.Texts, long.MaxValue, cancellationToken).ConfigureAwait(false);
        return new UnderstandOutput(outcome.Value, Truncated(outcome.Truncated)) { Spans = Spans(outcome.Spans) };
    }

    public async Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken)
    {
        var pictures = input.Pictures.Select(static picture => (picture.Image, picture.Width, picture.Height)).ToArray();
        var outcome = await _chain.PrepareAsync("", pictures, long.MaxValue, cancellationToken).ConfigureAwait(false);
        return new PrepareOutput(outcome.Value) { Spans = Spans(outcome.Spans) };
    }

    public async Task<GenerateOutput> GenerateAsync(GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        // The pipeline names pictures by their place in the job, the chain by their place in the call.
        var latents = input.Pictures.Index()
            .Where(entry => input.Latents?.ContainsKey(entry.Item.Index) == true)
            .ToDictionary(static entry => entry.Index, entry => input.Latents![entry.Item.Index]);
        var call = Call(input.Pictures) with
        {
            StopAtBase = true,
            RawBases = input.Raw,
            Embeddings = input.Embeddings,
            Latents = latents,
            PreviewEverySteps = input.PreviewEverySteps,
        };
        var observer = new ProgressObserver(progress, input.Pictures, countPictures: false);
        var outcome = await _chain.RunAsync(call, observer, cancellationToken).ConfigureAwait(false);
        return new GenerateOutput([.. outcome.Value.Select(static made => made.Artifact)])
        {
            Spans = Spans(outcome.Spans),
            Truncated = Truncated(outcome.Truncated),
        };
    }

    public async Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var bases = input.Bases.Index().ToDictionary(static entry => entry.Index, static entry => entry.Item);
        var observer = new ProgressObserver(progress, input.Pictures);
        var outcome = await _chain.RunAsync(Call(input.Pictures) with { Bases = bases }, observer, cancellationToken).ConfigureAwait(false);
        return new EnhanceOutput([.. Results(input.Pictures, outcome.Value)]) { Spans = Spans(outcome.Spans) };
    }

    public async ValueTask DisposeAsync()
    {
        await _chain.DisposeAsync().ConfigureAwait(false);
        await model.DisposeAsync().ConfigureAwait(false);
    }

    private static ChainCall Call(IReadOnlyList<PictureSpec> pictures) => new("", [.. pictures.Select(Order)]);

    private static PictureOrder Order(PictureSpec spec) => new()
    {
        Prompt = spec.Prompt,
        NegativePrompt = spec.NegativePrompt,
        Width = spec.Width,
        Height = spec.Height,
        Steps = spec.Steps,
        Guidance = spec.Guidance,
        Seed = spec.Seed,
        Scheduler = spec.Scheduler,
        Enhance = spec.Enhance,
        Format = spec.Format switch
        {
            OutputFormat.Png => PictureFormat.Png,
            OutputFormat.Jpeg => PictureFormat.Jpeg,
            OutputFormat.Webp => PictureFormat.Webp,
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Format, "unknown format"),
        },
        Quality = spec.Quality,
        Image = spec.Image,
        Strength = spec.Strength,
    };

    private static IEnumerable<PictureResult> Results(IReadOnlyList<PictureSpec> specs, IReadOnlyList<PictureMade?> made) => specs
        .Zip(made)
        .Where(static pair => pair.Second is not null)
        .Select(static pair => new PictureResult(
            pair.First.Index, pair.Second!.Artifact, pair.Second.Seed, pair.Second.Width, pair.Second.Height, pair.Second.Found));

    private static TruncatedPrompt[] Truncated(IEnumerable<EncodedPrompt> prompts) =>
        [.. prompts.Select(static p => new TruncatedPrompt(p.Text, p.Tokens.Dropped!.Index, p.Tokens.TokenCount, p.Tokens.Ids.Length))];

    private static StageSpan[] Spans(IEnumerable<ChainSpan> spans) =>
        [.. spans.Select(static span => new StageSpan(StageOf(span.Stage), span.StartMs, span.EndMs))];

    private static Stage StageOf(ChainStage stage) => stage switch
    {
        ChainStage.Queue => Stage.Queue,
        ChainStage.Load => Stage.Load,
        ChainStage.Understand => Stage.Understand,
        ChainStage.Prepare => Stage.Prepare,
        ChainStage.Generate => Stage.Generate,
        ChainStage.Enhance => Stage.Enhance,
        ChainStage.Encode => Stage.Encode,
        ChainStage.Store => Stage.Store,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "unknown stage"),
    };
}
