using System.Collections.Concurrent;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Tests.Enhancing;

/// <summary>Stages that find what they made before, as hosts do, which share a store.</summary>
internal sealed class FindingStages(IStageExecutor within) : IStageExecutor
{
    private readonly ConcurrentDictionary<int, PictureResult> _made = new();

    public ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) => within.DescribeAsync(cancellationToken);

    public Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken) => within.FindAsync(input, cancellationToken);

    public Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        within.RunChainAsync(input, progress, cancellationToken);

    public Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken) =>
        within.UnderstandAsync(input, cancellationToken);

    public Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken) =>
        within.PrepareAsync(input, cancellationToken);

    public Task<GenerateOutput> GenerateAsync(
        GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        within.GenerateAsync(input, progress, cancellationToken);

    public async Task<EnhanceOutput> EnhanceAsync(
        EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        if (input.Pictures.All(p => _made.ContainsKey(p.Index)))
            return new EnhanceOutput([.. input.Pictures.Select(p => _made[p.Index] with { Found = true })]);
        var output = await within.EnhanceAsync(input, progress, cancellationToken);
        foreach (var picture in output.Pictures)
            _made[picture.Index] = picture;
        return output;
    }
}
