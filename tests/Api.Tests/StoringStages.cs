using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Api.Tests;

/// <summary>Stages that store a few bytes for each picture, tell of steps and previews, and wait where a test says so.</summary>
internal sealed class StoringStages(IArtifactStore store) : IStageExecutor
{
    /// <summary>Where enhancing waits; null where it does not.</summary>
    public SyncPoint? Enhancing { get; set; }

    /// <summary>Why chain calls fail; null where they do not.</summary>
    public FaultException? Fault { get; set; }

    /// <summary>The most denoising steps that chain calls have room for; more are refused.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>What is done before the model is described; null for nothing.</summary>
    public Func<CancellationToken, Task>? Describing { get; set; }

    public async ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken)
    {
        if (Describing is { } first)
            await first(cancellationToken);
        return new EngineCapabilities(
            "tiny", new string('d', 64), 8, 64, 512, 128, 128, 100, 20, 5, ["ddim"], "ddim", 4, 8, ImageToImage: true)
        {
            Prompts = ["a red circle"],
        };
    }

    public Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken) =>
        Task.FromResult(new FindOutput([]) { Spans = [] });

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        if (Enhancing is { } point)
            await point.WaitToContinue(cancellationToken);
        if (Fault is { } fault)
            throw fault;
        if (input.Pictures.Any(p => p.Steps > Room))
            throw new FaultException(FaultKind.Overloaded, "the queue is full");
        return new ChainOutput(await MakeAsync(input.Pictures, cancellationToken), []) { Spans = [new StageSpan(Stage.Generate, 0, 0.001)] };
    }

    public async Task<GenerateOutput> GenerateAsync(
        GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var bases = new List<ArtifactRef>();
        foreach (var picture in input.Pictures)
        {
            var preview = await store.PutAsync($"previews/{picture.Seed}/0004.webp", "image/webp", new byte[] { 4 }, cancellationToken);
            progress.Report(new StageProgress(4, 0) { Previews = [new PreviewPicture(picture.Index, 4, preview)] });
            bases.Add(await store.PutAsync($"bases/{picture.Seed}.png", "image/png", new byte[] { 1 }, cancellationToken));
        }

        return new GenerateOutput(bases) { Spans = [] };
    }

    public async Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        if (Enhancing is { } point)
            await point.WaitToContinue(cancellationToken);
        return new EnhanceOutput(await MakeAsync(input.Pictures, cancellationToken)) { Spans = [] };
    }

    public Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken) => throw new NotSupportedException();

    private async Task<PictureResult[]> MakeAsync(IReadOnlyList<PictureSpec> pictures, CancellationToken cancellationToken)
    {
        var made = new List<PictureResult>();
        foreach (var picture in pictures)
        {
            var stored = await store.PutAsync(
                picture.Name(new string('d', 64)), "image/png", new byte[] { 1, 2, 3, 4, 5 }, cancellationToken);
            made.Add(new PictureResult(picture.Index, stored, picture.Seed, picture.Width, picture.Height, Found: false));
        }

        return [.. made];
    }
}
