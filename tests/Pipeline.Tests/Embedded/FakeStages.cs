using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Pipeline.Tests.Embedded;

/// <summary>Stages that make a picture of a few bytes, count their calls, and stop where a test wants them to.</summary>
internal sealed class FakeStages : IStageExecutor
{
    // By name, over all fakes: one engine's references are read by the next one's stages.
    private static readonly ConcurrentDictionary<string, string> _contents = new();

    public EngineCapabilities Capabilities { get; init; } = TestCapabilities.Tiny;

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Where the chain call that holds the picture of this index stops, until the test lets it go on.</summary>
    public (int Index, SyncPoint Point)? StopAt { get; set; }

    /// <summary>Where generate calls stop.</summary>
    public SyncPoint? StopGenerate { get; init; }

    /// <summary>Where enhance calls stop.</summary>
    public SyncPoint? StopEnhance { get; init; }

    public FaultException? EnhanceFault { get; init; }

    public Func<PictureSpec, Exception?> FaultOf { get; set; } = _ => null;

    public HashSet<int> Found { get; } = [];

    public ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) => new(Capabilities);

    public Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken)
    {
        Calls.Enqueue("Find");
        return Task.FromResult(new FindOutput([.. input.Pictures.Where(p => Found.Contains(p.Index)).Select(Result)]));
    }

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"RunChain {string.Join(',', input.Pictures.Select(p => p.Index))}");
        progress.Report(new StageProgress(input.Pictures[0].Steps, 0));
        if (StopAt is { } stop && input.Pictures.Any(p => p.Index == stop.Index))
            await stop.Point.WaitToContinue(cancellationToken);
        if (input.Pictures.Select(FaultOf).OfType<Exception>().FirstOrDefault() is { } fault)
            throw fault;
        return new ChainOutput([.. input.Pictures.Select(Result)], [.. input.Pictures.Select(p => new TruncatedPrompt(p.Prompt, 0, 80, 77))])
        {
            Spans = [new StageSpan(Stage.Generate, 0, 1)],
        };
    }

    public Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Understand {string.Join('|', input.Texts)}");
        return Task.FromResult(new UnderstandOutput([.. input.Texts.Select(Reference)], []));
    }

    public Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Prepare {string.Join(',', input.Pictures.Select(p => $"{p.Image.Name} {p.Width}x{p.Height}"))}");
        return Task.FromResult(new PrepareOutput([.. input.Pictures.Select(p => Reference($"latent of {p.Image.Name}"))])
        {
            Spans = [new StageSpan(Stage.Prepare, 0, 1)],
        });
    }

    public async Task<GenerateOutput> GenerateAsync(GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var from = input.Latents is null ? "" : $" from {string.Join(',', input.Latents.Select(l => $"{l.Key}:{Content(l.Value)}"))}";
        Calls.Enqueue($"Generate {string.Join(',', input.Pictures.Select(p => p.Index))}{from}");
        if (StopGenerate is { } stop)
            await stop.WaitToContinue(cancellationToken);
        return new GenerateOutput([.. input.Pictures.Select(p => Reference($"base {p.Index}"))]);
    }

    public async Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Enhance {string.Join(',', input.Pictures.Select(p => p.Index))}");
        if (StopEnhance is { } stop)
            await stop.WaitToContinue(cancellationToken);
        if (EnhanceFault is { } fault)
            throw fault;
        return new EnhanceOutput([.. input.Pictures.Select(Result)]);
    }

    private static string Content(ArtifactRef reference) => _contents[reference.Name];

    private static PictureResult Result(PictureSpec spec) =>
        new(spec.Index, Reference($"picture {spec.Prompt} {spec.Seed}"), spec.Seed, spec.Width, spec.Height, Found: false);

    private static ArtifactRef Reference(string content)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
        _contents[$"fake/{hash}.bin"] = content;
        return new ArtifactRef($"fake/{hash}.bin", "application/octet-stream", content.Length, hash);
    }
}
