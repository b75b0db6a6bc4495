using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Tests;

/// <summary>Stages that tell of steps and previews as a test wants it before they do what the stages within do.</summary>
/// <param name="within">What answers.</param>
/// <param name="step">Called by every call that denoises, with its pictures and whom to tell.</param>
internal sealed class SteppingStages(
    IStageExecutor within, Func<IReadOnlyList<PictureSpec>, IProgress<StageProgress>, CancellationToken, Task> step) : IStageExecutor
{
    private static readonly Progress<StageProgress> _nobody = new();

    /// <summary>What the last call was asked for.</summary>
    public int PreviewEverySteps { get; private set; }

    /// <summary>A preview, with as long a reference as a host gives.</summary>
    public static PreviewPicture Preview(PictureSpec spec, int step) => new(
        spec.Index,
        step,
        new ArtifactRef(
            spec.Address(new string('d', 64)).Preview(step), "image/webp", 1_000_000, new string('e', 64), "gpu-host-0.example:8080"));

    public ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) => within.DescribeAsync(cancellationToken);

    public Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken) => within.FindAsync(input, cancellationToken);

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        PreviewEverySteps = input.PreviewEverySteps;
        await step(input.Pictures, progress, cancellationToken);
        return await within.RunChainAsync(input, _nobody, cancellationToken);
    }

    public Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken) =>
        within.UnderstandAsync(input, cancellationToken);

    public Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken) =>
        within.PrepareAsync(input, cancellationToken);

    public async Task<GenerateOutput> GenerateAsync(
        GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        PreviewEverySteps = input.PreviewEverySteps;
        await step(input.Pictures, progress, cancellationToken);
        return await within.GenerateAsync(input, _nobody, cancellationToken);
    }

    public Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        within.EnhanceAsync(input, _nobody, cancellationToken);
}
