using Aigc.Artifacts;
using Aigc.Inference.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Chain.Tests.Determinism;

/// <summary>A host over the shipped model, whose store others may share.</summary>
internal sealed class ShippedHost : IAsyncDisposable
{
    public ShippedHost(ShippedNetworks shipped, TempFolder files)
    {
        Store = new FileArtifactStore(files.Path);
        Engine = new DiffusionEngine(shipped.Catalog, _ => shipped.Lend(), new EngineOptions(), TimeProvider.System);
        Engine.Batcher.StepTaken += (_, rows, _) => MostRows = Math.Max(MostRows, rows);
        Chain = new PictureChain(Engine, Store, new ChainOptions(), TimeProvider.System);
    }

    public FileArtifactStore Store { get; }

    public DiffusionEngine Engine { get; }

    public PictureChain Chain { get; }

    /// <summary>The most rows that shared a step.</summary>
    public int MostRows { get; private set; }

    public async Task<byte[]> BytesAsync(ChainCall call, IChainObserver caller)
    {
        var made = await Chain.RunAsync(call, caller, default);
        Assert.False(made.Value[0].Found);
        return (await Store.ReadAsync(made.Value[0].Artifact)).ToArray();
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
