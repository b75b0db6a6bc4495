using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Engine;

/// <summary>What a job came to.</summary>
/// <param name="Pictures">The pictures made or found, in order.</param>
/// <param name="Failures">Those that were not, in order, each with its reason.</param>
/// <param name="Plan">The plan that ran, and why.</param>
/// <param name="Warnings">What the caller should know.</param>
/// <param name="Spans">Where the time went, from the start of the job.</param>
public sealed record PipelineResult(
    IReadOnlyList<PictureResult> Pictures,
    IReadOnlyList<PictureFailure> Failures,
    PlanDecision Plan,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<StageSpan> Spans);
