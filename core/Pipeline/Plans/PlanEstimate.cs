namespace Aigc.Pipeline.Plans;

/// <summary>What a job would come to with one plan and group size.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="GroupSize">Pictures that share a call.</param>
/// <param name="CompletionMs">From now to the last picture, in milliseconds.</param>
/// <param name="DelayMs">What it delays the jobs that the same hosts have already, all together, in milliseconds.</param>
/// <param name="GenerateMs">Compute it puts on each host that generates, in milliseconds.</param>
/// <param name="EnhanceMs">Likewise on each host that only enhances.</param>
internal sealed record PlanEstimate(
    ChainPlan Plan, int GroupSize, double CompletionMs, double DelayMs, IReadOnlyList<double> GenerateMs, IReadOnlyList<double> EnhanceMs)
{
    /// <summary>What is chosen by.</summary>
    public double CostMs => CompletionMs + DelayMs;
}
