using Aigc.Inference.Admission;
using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Prompts;

namespace Aigc.Inference.Stages;

/// <summary>
/// The stages of the chain on one device: understand, prepare, denoise, decode and enhance. Pictures of all callers share denoising steps,
/// and the other stages run beside them. Safe for many threads.
/// </summary>
/// <remarks>Every method throws <see cref="InferenceException"/>, and <see cref="OperationCanceledException"/> when cancelled.</remarks>
public sealed class DiffusionEngine : IAsyncDisposable
{
    private readonly SemaphoreSlim _lanes;
    private readonly SemaphoreSlim _fitting;
    private readonly RowBudget _budget;
    private readonly TimeProvider _time;
    private readonly ISharedEmbeddings? _embeddings;

    /// <summary>Starts the engine; models are loaded when they are first asked for.</summary>
    /// <param name="catalog">The models there are.</param>
    /// <param name="load">Loads a model's networks.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="embeddings">Asked for embeddings that are not remembered here, and given those worked out here; null for none.</param>
    public DiffusionEngine(
        ModelCatalog catalog,
        Func<ModelFolder, IDiffusionModel> load,
        EngineOptions options,
        TimeProvider time,
        ISharedEmbeddings? embeddings = null)
    {
        (_time, _embeddings) = (time, embeddings);
        _lanes = new SemaphoreSlim(options.Lanes);
        _fitting = new SemaphoreSlim(options.Lanes);
        _budget = new RowBudget(options.Batching, Costs);
        Options = options;
        Batcher = new StepBatcher(options.Batching, Costs, time);
        Models = new ModelPool(catalog, load, options.Models, Batcher.ForgetAsync);
        Admission = new AdmissionControl(options.Admission, time);
    }

    /// <summary>Its settings.</summary>
    public EngineOptions Options { get; }

    /// <summary>What work costs here, as learned.</summary>
    public CostModel Costs { get; } = new();

    /// <summary>Takes pictures through their steps.</summary>
    public StepBatcher Batcher { get; }

    /// <summary>The models in memory.</summary>
    public ModelPool Models { get; }

    /// <summary>Keeps account of the work in the house.</summary>
    public AdmissionControl Admission { get; }

    /// <summary>Texts to embeddings.</summary>
    /// <param name="model">The model, held by the caller.</param>
    /// <param name="texts">Any texts.</param>
    /// <param name="log">Told where the time goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One for each text, in order.</returns>
    public async Task<IReadOnlyList<EncodedPrompt>> UnderstandAsync(
        LoadedModel model, IReadOnlyList<string> texts, IWorkLog log, CancellationToken cancellationToken)
    {
        if (model.Prompts.TryRecall(texts) is { } known)
            return known;
        var digest = "";
        if (_embeddings is not null)
        {
            digest = (await Models.Catalog.CardAsync(model.Name).WaitAsync(cancellationToken).ConfigureAwait(false)).Digest;
            // Before the device is asked for: others have work for it meanwhile.
            await model.Prompts.FetchAsync(texts, _embeddings, digest, cancellationToken).ConfigureAwait(false);
            if (model.Prompts.TryRecall(texts) is { } fetched)
                return fetched;
        }

        return await InLaneAsync(
            model,
            new LaneWork(Work.Understand, 0, texts.Count, log),
            () => model.Prompts.Encode(texts, _embeddings, digest, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An input picture to a latent of the size of the picture to be made: scaled to cover it, cropped to its middle, encoded.</summary>
    /// <param name="model">The model, held by the caller.</param>
    /// <param name="file">The input picture's file.</param>
    /// <param name="maxPixels">A file of more is refused by its header.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="log">Told where the time goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<float[]> PrepareAsync(
        LoadedModel model,
        ReadOnlyMemory<byte> file,
        int maxPixels,
        int width,
        int height,
        IWorkLog log,
        CancellationToken cancellationToken)
    {
        var fitted = await FitAsync(file, maxPixels, width, height, log, cancellationToken).ConfigureAwait(false);
        var work = new LaneWork(Work.Prepare, (long)width * height, 1, log);
        return await InLaneAsync(model, work, () => model.Networks.Encode(fitted, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Latent to picture.</summary>
    /// <param name="model">The model, held by the caller.</param>
    /// <param name="latent">[channels, height, width].</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="log">Told where the time goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Picture> DecodeAsync(
        LoadedModel model, ReadOnlyMemory<float> latent, int width, int height, IWorkLog log, CancellationToken cancellationToken) => InLaneAsync(
        model,
        new LaneWork(Work.Decode, (long)width * height, 1, log),
        () => model.Networks.Decode(latent.Span, model.Shape(width, height), cancellationToken),
        cancellationToken);

    /// <summary>Picture to super-resolved picture.</summary>
    /// <param name="model">The model, held by the caller.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="log">Told where the time goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Picture> EnhanceAsync(LoadedModel model, Picture picture, IWorkLog log, CancellationToken cancellationToken) => InLaneAsync(
        model,
        new LaneWork(Work.Enhance, (long)picture.Width * picture.Height, 1, log),
        () => model.Networks.Enhance(picture, cancellationToken),
        cancellationToken);

    /// <summary>What a picture asks for, as learned; nothing of it needs the model in memory.</summary>
    /// <param name="card">The model.</param>
    /// <param name="shape">The shape of its latent.</param>
    /// <param name="steps">Steps it takes.</param>
    /// <param name="guided">Whether each takes two rows.</param>
    /// <param name="enhance">Whether it is enhanced.</param>
    /// <param name="inputBytes">The length of its input picture's file; null where there is none to prepare.</param>
    public Demand DemandOf(ModelCard card, LatentShape shape, int steps, bool guided, bool enhance, long? inputBytes)
    {
        var rows = guided ? 2 : 1;
        var area = (long)shape.Height * shape.Width * card.SizeMultiple * card.SizeMultiple;
        var factor = enhance ? card.EnhanceFactor : 0;
        var beside = Costs.Seconds(card.Name, Work.Understand, 0) + Costs.Seconds(card.Name, Work.Decode, area)
            + (enhance ? Costs.Seconds(card.Name, Work.Enhance, area) : 0);
        var input = inputBytes is { } length ? DemandToPrepare(card, shape, length) : default;
        var step = Costs.StepSeconds(card.Name, shape, rows) ?? 0;
        // Latent, history and noise; then the picture as the decoder and the enhancer leave it, with the file made of it.
        var bytes = 8L * sizeof(float) * shape.Length + 2 * Picture.BytesPerPixel * area * (1 + (long)factor * factor);
        return new Demand(
            steps * rows * _budget.SecondsPerRow(card.Name, shape) + beside + input.Seconds,
            steps * step + beside + input.AloneSeconds,
            bytes + input.Bytes);
    }

    /// <summary>
    /// What preparing an input picture asks for, as learned: the device's time, and the memory of the file, of the picture fitted to the
    /// size and of its latent. The picture as it was sent is not among it: <see cref="EngineOptions.Lanes"/> bounds how many of those there are.
    /// </summary>
    /// <param name="card">The model.</param>
    /// <param name="shape">The shape of its latent.</param>
    /// <param name="fileBytes">The length of its file.</param>
    public Demand DemandToPrepare(ModelCard card, LatentShape shape, long fileBytes)
    {
        var area = (long)shape.Height * shape.Width * card.SizeMultiple * card.SizeMultiple;
        var seconds = Costs.Seconds(card.Name, Work.Prepare, area);
        // No file in memory is longer; a reference may say anything until it is read.
        var file = Math.Clamp(fileBytes, 0, Array.MaxLength);
        return new Demand(seconds, seconds, file + Picture.BytesPerPixel * area + 2L * sizeof(float) * shape.Length);
    }

    /// <summary>What embedding texts asks for, as learned; their memory is known only of a model that was loaded before.</summary>
    /// <param name="card">The model.</param>
    /// <param name="texts">How many.</param>
    public Demand DemandToUnderstand(ModelCard card, int texts)
    {
        var seconds = texts * Costs.Seconds(card.Name, Work.Understand, 0);
        var length = Models.Loaded.FirstOrDefault(model => model.Name == card.Name)?.Networks.Description.EmbeddingLength ?? 0;
        return new Demand(seconds, seconds, 2L * sizeof(float) * length * texts);
    }

    /// <summary>Gives up what is under way and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Batcher.DisposeAsync().ConfigureAwait(false);
        await Models.DisposeAsync().ConfigureAwait(false);
        _lanes.Dispose();
        _fitting.Dispose();
    }

    // On the processors; only the encoder needs the device. Nothing but the lambda ever holds the picture as it was sent, which may be
    // many times the size of the fitted one: it must be gone when that waits for the device.
    private async Task<Picture> FitAsync(
        ReadOnlyMemory<byte> file, int maxPixels, int width, int height, IWorkLog log, CancellationToken cancellationToken)
    {
        var queuedAt = _time.GetTimestamp();
        await _fitting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var startedAt = _time.GetTimestamp();
            var fitted = await Task.Run(
                () => PictureResizer.Cover(PictureDecoder.Decode(file.Span, maxPixels), width, height),
                cancellationToken).ConfigureAwait(false);
            log.Note(Work.Fit, queuedAt, startedAt, _time.GetTimestamp());
            return fitted;
        }
        finally
        {
            _fitting.Release();
        }
    }

    private async Task<T> InLaneAsync<T>(LoadedModel model, LaneWork work, Func<T> run, CancellationToken cancellationToken)
    {
        var queuedAt = _time.GetTimestamp();
        await _lanes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(
                () =>
                {
                    var startedAt = _time.GetTimestamp();
                    var result = run();
                    var endedAt = _time.GetTimestamp();
                    Costs.Learn(model.Name, work.Work, work.Area, _time.GetElapsedTime(startedAt, endedAt).TotalSeconds / work.Pictures);
                    work.Log.Note(work.Work, queuedAt, startedAt, endedAt);
                    return result;
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lanes.Release();
        }
    }

    private readonly record struct LaneWork(Work Work, long Area, int Pictures, IWorkLog Log);
}
