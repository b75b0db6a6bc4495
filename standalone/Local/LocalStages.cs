using System.Runtime.InteropServices;
using Aigc.Artifacts;
using Aigc.Inference.Faults;
using Aigc.Inference.Batching;
using Aigc.Inference.Imaging;
using Aigc.Inference.Prompts;
using Aigc.Inference.Stages;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Standalone.Local;

/// <summary>Carries stage calls out in this process, on one model and one device.</summary>
internal sealed class LocalStages(LocalModel model, IArtifactStore store, TimeProvider time) : IStageExecutor, IDisposable
{
    private const string EmbeddingMediaType = "application/vnd.aigc.embedding-f32";

    // The device takes one call at a time; the others wait here in the order they came.
    private readonly SemaphoreSlim _device = new(1, 1);

    public async ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) =>
        await FaultsOf(() => model.Capabilities.WaitAsync(cancellationToken)).ConfigureAwait(false);

    public Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken) => FaultsOf(async () =>
    {
        var spans = new SpanRecorder(time);
        var found = await FindAsync(input.Pictures, spans, cancellationToken).ConfigureAwait(false);
        return new FindOutput([.. found.OfType<PictureResult>()]) { Spans = spans.Spans };
    });

    public Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) => FaultsOf(async () =>
    {
        var spans = new SpanRecorder(time);
        var results = await FindAsync(input.Pictures, spans, cancellationToken).ConfigureAwait(false);
        PictureSpec[] missing = [.. input.Pictures.Where((_, i) => results[i] is null)];
        progress.Report(new StageProgress(input.Pictures.Sum(p => p.Steps) - missing.Sum(p => p.Steps), input.Pictures.Count - missing.Length));
        if (missing.Length == 0)
            return new ChainOutput(results!, []) { Spans = spans.Spans };

        IReadOnlyList<TruncatedPrompt> truncated = [];
        var made = await OnDeviceAsync(spans, stages =>
        {
            var encoded = Understand(stages, [.. missing.SelectMany(p => p.Texts).Distinct()], spans, cancellationToken);
            truncated = Truncated(encoded.Values);
            var jobs = Denoise(stages, missing, text => encoded[text].Embedding, spans, progress, cancellationToken);
            return jobs.Select((job, i) =>
            {
                Picture picture;
                using (spans.Measure(Stage.Generate))
                    picture = stages.Decode(job, missing[i].Width, missing[i].Height, cancellationToken);
                picture = Enhance(stages, missing[i], picture, spans, cancellationToken);
                // Encoded and stored beside the next picture's decoding and enhancement.
                return Task.Run(() => FinishAsync(missing[i], picture, spans, progress, cancellationToken), cancellationToken);
            }).ToArray();
        }, cancellationToken).ConfigureAwait(false);

        var finished = (await Task.WhenAll(made).ConfigureAwait(false)).ToDictionary(p => p.Index);
        return new ChainOutput([.. input.Pictures.Select((p, i) => results[i] ?? finished[p.Index])], truncated) { Spans = spans.Spans };
    });

    public Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken) => FaultsOf(async () =>
    {
        var spans = new SpanRecorder(time);
        var encoded = await OnDeviceAsync(spans, stages => Understand(stages, input.Texts, spans, cancellationToken), cancellationToken).ConfigureAwait(false);
        var digest = (await model.Capabilities.ConfigureAwait(false)).ModelDigest;
        var embeddings = new List<ArtifactRef>();
        using (spans.Measure(Stage.Store))
        {
            foreach (var text in input.Texts)
            {
                var bytes = MemoryMarshal.AsBytes(encoded[text].Embedding.Span).ToArray();
                embeddings.Add(await store.PutAsync(PictureAddress.Embedding(digest, text), EmbeddingMediaType, bytes, cancellationToken).ConfigureAwait(false));
            }
        }

        return new UnderstandOutput(embeddings, Truncated(encoded.Values)) { Spans = spans.Spans };
    });

    public Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken) => Task.FromException<PrepareOutput>(
        new FaultException(FaultKind.BadRequest, "this process takes no input pictures: leave the image out"));

    public Task<GenerateOutput> GenerateAsync(GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) => FaultsOf(async () =>
    {
        var spans = new SpanRecorder(time);
        var embeddings = new Dictionary<string, ReadOnlyMemory<float>>();
        using (spans.Measure(Stage.Store))
        {
            foreach (var (text, reference) in input.Embeddings)
                embeddings[text] = MemoryMarshal.Cast<byte, float>((await store.ReadAsync(reference, cancellationToken).ConfigureAwait(false)).Span).ToArray();
        }

        var pictures = await OnDeviceAsync(spans, stages =>
        {
            var jobs = Denoise(stages, input.Pictures, text => embeddings[text], spans, progress, cancellationToken);
            using (spans.Measure(Stage.Generate))
                return jobs.Select((job, i) => stages.Decode(job, input.Pictures[i].Width, input.Pictures[i].Height, cancellationToken)).ToArray();
        }, cancellationToken).ConfigureAwait(false);

        var digest = (await model.Capabilities.ConfigureAwait(false)).ModelDigest;
        var storing = input.Pictures.Select((spec, i) => Task.Run(() => StoreAsync(
            spec.Address(digest).Base, pictures[i], PictureFormat.Png, spec.Quality, parameters: null, spans, cancellationToken)));
        var bases = await Task.WhenAll(storing).ConfigureAwait(false);
        return new GenerateOutput(bases) { Spans = spans.Spans };
    });

    public Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) => FaultsOf(async () =>
    {
        var spans = new SpanRecorder(time);
        var bases = new List<Picture>();
        foreach (var reference in input.Bases)
        {
            ReadOnlyMemory<byte> bytes;
            using (spans.Measure(Stage.Store))
                bytes = await store.ReadAsync(reference, cancellationToken).ConfigureAwait(false);
            using (spans.Measure(Stage.Encode))
                bases.Add(PictureDecoder.Decode(bytes.Span));
        }

        var made = await OnDeviceAsync(spans, stages => input.Pictures.Select((spec, i) =>
        {
            var picture = Enhance(stages, spec, bases[i], spans, cancellationToken);
            return Task.Run(() => FinishAsync(spec, picture, spans, progress, cancellationToken), cancellationToken);
        }).ToArray(), cancellationToken).ConfigureAwait(false);
        return new EnhanceOutput(await Task.WhenAll(made).ConfigureAwait(false)) { Spans = spans.Spans };
    });

    public void Dispose()
    {
        model.Dispose();
        _device.Dispose();
    }

    /// <summary>The results of the pictures that are already made, null for the others.</summary>
    private async Task<PictureResult?[]> FindAsync(IReadOnlyList<PictureSpec> pictures, SpanRecorder spans, CancellationToken cancellationToken)
    {
        var capabilities = await model.Capabilities.WaitAsync(cancellationToken).ConfigureAwait(false);
        var results = new PictureResult?[pictures.Count];
        using (spans.Measure(Stage.Store))
        {
            for (var i = 0; i < results.Length; i++)
            {
                if (await store.FindAsync(pictures[i].Name(capabilities.ModelDigest), cancellationToken).ConfigureAwait(false) is { } there)
                    results[i] = Result(pictures[i], there, capabilities, found: true);
            }
        }

        return results;
    }

    private async Task<T> OnDeviceAsync<T>(SpanRecorder spans, Func<DiffusionStages, T> work, CancellationToken cancellationToken)
    {
        DiffusionStages stages;
        using (spans.Measure(Stage.Load))
            stages = await model.Stages.WaitAsync(cancellationToken).ConfigureAwait(false);
        using (spans.Measure(Stage.Queue))
            await _device.WaitAsync(cancellationToken).ConfigureAwait(false);

        try
        {
            return await Task.Run(() => work(stages), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _device.Release();
        }
    }

    private static Dictionary<string, EncodedPrompt> Understand(
        DiffusionStages stages, IReadOnlyList<string> texts, SpanRecorder spans, CancellationToken cancellationToken)
    {
        using (spans.Measure(Stage.Understand))
            return stages.Understand(texts, cancellationToken).ToDictionary(e => e.Text);
    }

    private static IReadOnlyList<DenoiseJob> Denoise(
        DiffusionStages stages,
        IReadOnlyList<PictureSpec> pictures,
        Func<string, ReadOnlyMemory<float>> embedding,
        SpanRecorder spans,
        IProgress<StageProgress> progress,
        CancellationToken cancellationToken)
    {
        var settings = pictures.Select(p => new PictureSettings(
            embedding(p.Prompt), p.Guided ? embedding(p.NegativePrompt) : default, p.Width, p.Height, p.Steps, p.Guidance, p.Seed, p.Scheduler));
        using (spans.Measure(Stage.Generate))
            return stages.Denoise([.. settings], steps => progress.Report(new StageProgress(steps, 0)), cancellationToken);
    }

    private static Picture Enhance(DiffusionStages stages, PictureSpec spec, Picture picture, SpanRecorder spans, CancellationToken cancellationToken)
    {
        if (!spec.Enhance)
            return picture;
        using (spans.Measure(Stage.Enhance))
            return stages.Enhance(picture, cancellationToken);
    }

    private async Task<PictureResult> FinishAsync(
        PictureSpec spec, Picture picture, SpanRecorder spans, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var capabilities = await model.Capabilities.ConfigureAwait(false);
        var format = spec.Format switch
        {
            OutputFormat.Png => PictureFormat.Png,
            OutputFormat.Jpeg => PictureFormat.Jpeg,
            OutputFormat.Webp => PictureFormat.Webp,
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Format, "unknown format"),
        };
        var parameters = new GenerationParameters(
            spec.Prompt,
            spec.NegativePrompt,
            spec.Steps,
            SamplerName(spec.Scheduler),
            spec.Guidance,
            spec.Seed,
            spec.Width,
            spec.Height,
            capabilities.ModelDigest[..10],
            capabilities.ModelName);
        var name = spec.Name(capabilities.ModelDigest);
        var stored = await StoreAsync(name, picture, format, spec.Quality, parameters.ToText(), spans, cancellationToken).ConfigureAwait(false);
        progress.Report(new StageProgress(0, 1));
        return Result(spec, stored, capabilities, found: false);
    }

    private async Task<ArtifactRef> StoreAsync(
        string name, Picture picture, PictureFormat format, int quality, string? parameters, SpanRecorder spans, CancellationToken cancellationToken)
    {
        byte[] bytes;
        using (spans.Measure(Stage.Encode))
            bytes = PictureEncoder.Encode(picture, format, quality, parameters);
        using (spans.Measure(Stage.Store))
            return await store.PutAsync(name, format.MediaType, bytes, cancellationToken).ConfigureAwait(false);
    }

    private static PictureResult Result(PictureSpec spec, ArtifactRef picture, EngineCapabilities capabilities, bool found)
    {
        var factor = spec.Enhance ? capabilities.EnhanceFactor : 1;
        return new PictureResult(spec.Index, picture, spec.Seed, spec.Width * factor, spec.Height * factor, found);
    }

    // The names that picture managers know samplers by.
    private static string SamplerName(string scheduler) => scheduler switch
    {
        "ddim" => "DDIM",
        "euler" => "Euler",
        _ => scheduler,
    };

    private static IReadOnlyList<TruncatedPrompt> Truncated(IEnumerable<EncodedPrompt> encoded) =>
        [.. encoded.Where(e => e.Tokens.Truncated).Select(e => new TruncatedPrompt(e.Text, e.Tokens.Dropped!.Index, e.Tokens.TokenCount, e.Tokens.Ids.Length))];

    private static async Task<T> FaultsOf<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (InferenceException e)
        {
            throw e.ToFault();
        }
    }
}
