using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Carries stage calls out, in this process or on a host elsewhere. Safe for many calls at once.</summary>
/// <remarks>
/// A call may be made again after a crash: it must find what it already stored. Every method throws
/// <see cref="FaultException"/> for what it cannot do and <see cref="OperationCanceledException"/> when cancelled, within
/// one denoising step.
/// </remarks>
public interface IStageExecutor
{
    /// <summary>What the loaded model can do.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadModel"/>: the model cannot be read.</exception>
    ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="StageCalls.Find"/>
    Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken);

    /// <inheritdoc cref="StageCalls.RunChain"/>
    /// <param name="input">The pictures.</param>
    /// <param name="progress">Told of each denoising step and each finished picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken);

    /// <inheritdoc cref="StageCalls.Understand"/>
    Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken);

    /// <inheritdoc cref="StageCalls.Prepare"/>
    Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken);

    /// <inheritdoc cref="StageCalls.Generate"/>
    Task<GenerateOutput> GenerateAsync(GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken);

    /// <inheritdoc cref="StageCalls.Enhance"/>
    Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken);
}
