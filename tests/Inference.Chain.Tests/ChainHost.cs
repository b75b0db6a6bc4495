using Aigc.Artifacts;
using Aigc.Inference.Batching;
using Aigc.Inference.Imaging;
using Aigc.Inference.Stages;
using Aigc.Inference.Tests.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Chain.Tests;

/// <summary>A host: engine and chain over fake networks and a store of files that other hosts may share.</summary>
internal sealed class ChainHost : IAsyncDisposable
{
    public ChainHost(
        FakeModelRoot root,
        TempFolder files,
        EngineOptions? engine = null,
        ChainOptions? options = null,
        TimeProvider? time = null,
        IChainLog? log = null)
    {
        Store = new NotingStore(new FileArtifactStore(files.Path));
        Engine = new DiffusionEngine(root.Open(), _ => Networks, engine ?? new EngineOptions(), time ?? TimeProvider.System);
        Chain = new PictureChain(Engine, Store, options ?? new ChainOptions(), time ?? TimeProvider.System, log);
    }

    public FakeNetworks Networks { get; } = new();

    public NotingStore Store { get; }

    public DiffusionEngine Engine { get; }

    public PictureChain Chain { get; }

    public static PictureOrder Order(
        long seed = 1, int steps = 6, float guidance = 3, string scheduler = "ddim", string prompt = "red circle") => new()
        {
            Prompt = prompt,
            NegativePrompt = "photo",
            Width = 16,
            Height = 16,
            Steps = steps,
            Guidance = guidance,
            Seed = seed,
            Scheduler = scheduler,
            Enhance = true,
            Format = PictureFormat.Png,
            Quality = 90,
        };

    public static ChainCall Call(params IReadOnlyList<PictureOrder> pictures) => new("", pictures);

    public async Task<PictureMade[]> RunAsync(ChainCall call, NotingCaller? caller = null, CancellationToken cancellationToken = default) =>
        [.. (await Chain.RunAsync(call, caller ?? new NotingCaller(), cancellationToken)).Value];

    public async Task<byte[]> BytesAsync(ChainCall call, NotingCaller? caller = null) =>
        (await Store.ReadAsync((await RunAsync(call, caller))[0].Artifact)).ToArray();

    /// <summary>Holds every step that is taken at a step of any picture.</summary>
    public SyncPoint HoldAt(int step)
    {
        var held = new SyncPoint();
        Networks.Stepping = jobs => Hold(held, jobs, step);
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        await Engine.DisposeAsync();
    }

    private static void Hold(SyncPoint held, IReadOnlyList<DenoiseJob> jobs, int step)
    {
        if (jobs.Any(job => job.Step == step))
            held.WaitToContinue().GetAwaiter().GetResult();
    }
}
