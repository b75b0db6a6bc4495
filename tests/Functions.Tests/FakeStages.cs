using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Tests;

/// <summary>Stages that answer with references made of their inputs, count their calls, and stop or fail where a test wants it.</summary>
internal sealed class FakeStages : IStageExecutor
{
    public EngineCapabilities Capabilities { get; init; } = new(
        "tiny", new string('d', 64), SizeMultiple: 8, MinSize: 64, MaxSize: 512, DefaultWidth: 128, DefaultHeight: 128, MaxSteps: 1000,
        DefaultSteps: 4, DefaultGuidance: 4, ["ddim", "euler"], "ddim", EnhanceFactor: 4, PreferredBatch: 2, ImageToImage: true);

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Asked before each call is carried out: it may wait, or throw what the call is to end on.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Asked before the model is described.</summary>
    public Func<Exception?> DescribeFault { get; set; } = () => null;

    public int Truncating { get; init; }

    public ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) =>
        DescribeFault() is { } fault ? throw fault : new(Capabilities);

    public async Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken)
    {
        await Called("Find", cancellationToken);
        return new FindOutput([]);
    }

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        await Called($"RunChain {Of(input.Pictures)}", cancellationToken);
        return new ChainOutput([.. input.Pictures.Select(Result)], Truncated(input.Pictures.SelectMany(p => p.Texts))) { Spans = Spans };
    }

    public async Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken)
    {
        await Called($"Understand {input.Texts.Count}", cancellationToken);
        return new UnderstandOutput([.. input.Texts.Select(t => Reference("embeddings", t, "f32"))], Truncated(input.Texts)) { Spans = Spans };
    }

    public async Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken)
    {
        await Called($"Prepare {string.Join(',', input.Pictures.Select(p => p.Image.Name))}", cancellationToken);
        return new PrepareOutput([.. input.Pictures.Select(p => Reference("latents", p.Image.Sha256, "f32"))]) { Spans = Spans };
    }

    public async Task<GenerateOutput> GenerateAsync(GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        await Called($"Generate {Of(input.Pictures)}", cancellationToken);
        // What was handed on must be what the stages before made of these very texts and pictures.
        foreach (var (text, embedding) in input.Embeddings)
            Assert.Equal(Reference("embeddings", text, "f32"), embedding);
        foreach (var picture in input.Pictures.Where(p => p.Image is not null && input.Latents is not null))
            Assert.Equal(Reference("latents", picture.Image!.Sha256, "f32"), input.Latents![picture.Index]);
        return new GenerateOutput([.. input.Pictures.Select(Base)]) { Spans = Spans };
    }

    public async Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        await Called($"Enhance {Of(input.Pictures)}", cancellationToken);
        Assert.Equal(input.Pictures.Select(Base), input.Bases);
        return new EnhanceOutput([.. input.Pictures.Select(Result)]) { Spans = Spans };
    }

    private static StageSpan[] Spans => [.. Enumerable.Range(0, 50).Select(i => new StageSpan(Stage.Generate, i + 0.123456789, i + 0.623456789))];

    private static string Of(IEnumerable<PictureSpec> pictures) => string.Join(',', pictures.Select(p => $"{p.Index}:{p.Seed}"));

    private static ArtifactRef Base(PictureSpec spec) => Reference("bases", $"{spec.Prompt} {spec.Seed}", "png");

    private PictureResult Result(PictureSpec spec) =>
        new(spec.Index, Reference("pictures", spec.Name(Capabilities.ModelDigest), "png"), spec.Seed, spec.Width, spec.Height, false);

    private static ArtifactRef Reference(string folder, string content, string extension)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
        return new ArtifactRef($"{folder}/{new string('d', 64)}/{hash}.{extension}", "image/png", 1_000_000, hash, "gpu-host-0.internal.example:8080");
    }

    private TruncatedPrompt[] Truncated(IEnumerable<string> texts) => [.. texts.Take(Truncating).Select(t => new TruncatedPrompt(t, 1, 900, 77))];

    private Task Called(string call, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        return Before(call, cancellationToken);
    }
}
