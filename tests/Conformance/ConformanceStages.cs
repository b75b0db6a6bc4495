using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Conformance;

/// <summary>
/// Stages that answer with references made of their inputs, note their calls, and wait or fail where a test wants it. A
/// call refuses what the stages before it did not make of these very texts and pictures.
/// </summary>
public sealed class ConformanceStages : IStageExecutor
{
    // By name, over all of them: what one engine's stages made is read by the stages of the next.
    private static readonly ConcurrentDictionary<string, string> _contents = new();

    private readonly Lock _gate = new();
    private readonly List<Func<StageTry, CancellationToken, Task>> _rules = [];
    private readonly ConcurrentDictionary<int, int> _made = new();
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A small model that can do everything.</summary>
    public static EngineCapabilities Tiny { get; } = new(
        "tiny", new string('d', 64), SizeMultiple: 8, MinSize: 64, MaxSize: 512, DefaultWidth: 128, DefaultHeight: 128, MaxSteps: 1000,
        DefaultSteps: 4, DefaultGuidance: 4, ["ddim", "euler"], "ddim", EnhanceFactor: 4, PreferredBatch: 2, ImageToImage: true);

    public EngineCapabilities Capabilities { get; init; } = Tiny;

    /// <summary>Every call so far, as in <c>RunChain 0,1</c>, in the order begun.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The pictures that <see cref="FindAsync"/> finds.</summary>
    public HashSet<int> Found { get; } = [];

    /// <summary>How many texts of a call are longer than the model reads.</summary>
    public int Truncating { get; init; }

    /// <summary>Asked before the model is described.</summary>
    public Func<Exception?> DescribeFault { get; set; } = () => null;

    /// <summary>How often each picture was finished, by its index.</summary>
    public IReadOnlyDictionary<int, int> Made => _made;

    /// <summary>Completes once a call ended because it was cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>Asks something before each call is carried out: it may wait, or throw what the call is to end on.</summary>
    public void Before(Func<StageTry, CancellationToken, Task> rule)
    {
        lock (_gate)
            _rules.Add(rule);
    }

    /// <summary>Holds the calls of a stage that hold a picture, until the point is let go.</summary>
    public SyncPoint Hold(string stage, int? picture = null)
    {
        var point = new SyncPoint();
        Before((call, cancellationToken) => call.Is(stage, picture) ? point.WaitToContinue(cancellationToken) : Task.CompletedTask);
        return point;
    }

    /// <summary>Ends the first calls of a stage that hold a picture on a fault.</summary>
    public void Fail(string stage, int? picture, Exception fault, int times = int.MaxValue)
    {
        var left = times;
        Before((call, _) =>
            call.Is(stage, picture) && Interlocked.Decrement(ref left) >= 0 ? Task.FromException(fault) : Task.CompletedTask);
    }

    public ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) =>
        DescribeFault() is { } fault ? throw fault : new(Capabilities);

    public async Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken)
    {
        await BeginAsync(new StageTry(StageNames.Find, input.Pictures), StageNames.Find, cancellationToken);
        return new FindOutput([.. input.Pictures.Where(p => Found.Contains(p.Index)).Select(p => Result(p) with { Found = true })]);
    }

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new StageProgress(input.Pictures.Sum(p => p.Steps), 0));
        await BeginAsync(StageNames.RunChain, input.Pictures, "", cancellationToken);
        return new ChainOutput(Make(input.Pictures), Truncated(input.Pictures.SelectMany(p => p.Texts))) { Spans = Spans };
    }

    public async Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken)
    {
        await BeginAsync(new StageTry(StageNames.Understand, []), $"Understand {string.Join('|', input.Texts)}", cancellationToken);
        return new UnderstandOutput([.. input.Texts.Select(Embedding)], Truncated(input.Texts)) { Spans = Spans };
    }

    public async Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken)
    {
        var pictures = string.Join(',', input.Pictures.Select(p => $"{p.Image.Name} {p.Width}x{p.Height}"));
        await BeginAsync(new StageTry(StageNames.Prepare, []), $"Prepare {pictures}", cancellationToken);
        return new PrepareOutput([.. input.Pictures.Select(p => Latent(p.Image))]) { Spans = Spans };
    }

    public async Task<GenerateOutput> GenerateAsync(
        GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new StageProgress(input.Pictures.Sum(p => p.Steps), 0));
        var from = input.Latents is { } latents ? $" from {string.Join(',', latents.Select(l => $"{l.Key}:{_contents[l.Value.Name]}"))}" : "";
        await BeginAsync(StageNames.Generate, input.Pictures, from, cancellationToken);
        // Of the two plans that generate apart, the one that is given embeddings shows nobody its generated pictures.
        Assert.Equal(input.Embeddings.Count > 0, input.Raw);
        foreach (var (text, embedding) in input.Embeddings)
            Assert.Equal(Embedding(text), embedding);
        foreach (var picture in input.Pictures.Where(p => p.Image is not null && input.Latents is not null))
            Assert.Equal(Latent(picture.Image!), input.Latents![picture.Index]);
        return new GenerateOutput([.. input.Pictures.Select(Base)]) { Spans = Spans };
    }

    public async Task<EnhanceOutput> EnhanceAsync(
        EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        await BeginAsync(StageNames.Enhance, input.Pictures, "", cancellationToken);
        Assert.Equal(input.Pictures.Select(Base), input.Bases);
        return new EnhanceOutput(Make(input.Pictures)) { Spans = Spans };
    }

    // Many and with long fractions, as real ones are: a message must not grow with them.
    private static StageSpan[] Spans =>
        [.. Enumerable.Range(0, 50).Select(i => new StageSpan(Stage.Generate, i + 0.123456789, i + 0.623456789))];

    private static ArtifactRef Embedding(string text) => Reference("embeddings", text, "f32");

    private static ArtifactRef Latent(ArtifactRef image) => Reference("latents", $"latent of {image.Name}", "f32");

    private static ArtifactRef Base(PictureSpec spec) => Reference("bases", $"{spec.Prompt} {spec.Seed}", "png");

    private PictureResult Result(PictureSpec spec) =>
        new(spec.Index, Reference("pictures", spec.Name(Capabilities.ModelDigest), "png"), spec.Seed, spec.Width, spec.Height, false);

    private PictureResult[] Make(IReadOnlyList<PictureSpec> pictures)
    {
        foreach (var picture in pictures)
            _made.AddOrUpdate(picture.Index, 1, (_, times) => times + 1);
        return [.. pictures.Select(Result)];
    }

    // As long as any real reference, with a host.
    private static ArtifactRef Reference(string folder, string content, string extension)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        var name = $"{folder}/{new string('d', 64)}/{hash}.{extension}";
        _contents[name] = content;
        return new ArtifactRef(name, "image/png", 1_000_000, hash, "gpu-host-0.internal.example:8080");
    }

    private TruncatedPrompt[] Truncated(IEnumerable<string> texts) =>
        [.. texts.Take(Truncating).Select(t => new TruncatedPrompt(t, 0, 80, 77))];

    private Task BeginAsync(string stage, IReadOnlyList<PictureSpec> pictures, string more, CancellationToken cancellationToken) =>
        BeginAsync(new StageTry(stage, pictures), $"{stage} {string.Join(',', pictures.Select(p => p.Index))}{more}", cancellationToken);

    private async Task BeginAsync(StageTry call, string text, CancellationToken cancellationToken)
    {
        Calls.Enqueue(text);
        Func<StageTry, CancellationToken, Task>[] rules;
        lock (_gate)
            rules = [.. _rules];
        try
        {
            foreach (var rule in rules)
                await rule(call, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _cancelled.TrySetResult();
            throw;
        }
    }
}
