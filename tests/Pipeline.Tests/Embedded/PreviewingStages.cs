using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Pipeline.Tests.Embedded;

/// <summary>Stages whose chain calls tell of a step and a preview of each picture, and then wait for a test.</summary>
/// <param name="heldFrom">Calls that begin at this picture or a later one wait; those before it end at once.</param>
internal sealed class PreviewingStages(int heldFrom = 0) : IStageExecutor
{
    public SyncPoint Point { get; } = new();

    public int PreviewEverySteps { get; private set; }

    public FaultException? Fault { get; init; }

    public ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) => new(TestCapabilities.Tiny);

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        PreviewEverySteps = input.PreviewEverySteps;
        progress.Report(new StageProgress(input.Pictures.Count, 0)
        {
            Previews = [.. input.Pictures.Select(p => new PreviewPicture(p.Index, 1, Reference($"previews/{p.Index}.webp")))],
        });
        if (input.Pictures[0].Index >= heldFrom)
            await Point.WaitToContinue(cancellationToken);
        else if (Fault is not null)
            throw Fault;
        return new ChainOutput([.. input.Pictures.Select(Result)], []);
    }

    public Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GenerateOutput> GenerateAsync(
        GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static PictureResult Result(PictureSpec spec) =>
        new(spec.Index, Reference($"pictures/{spec.Seed}.png"), spec.Seed, 1, 1, Found: false);

    private static ArtifactRef Reference(string name) => new(name, "image/webp", 1, new string('a', 64));
}
