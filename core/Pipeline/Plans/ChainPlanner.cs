using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Plans;

/// <summary>Chooses a job's plan. Pure: the same job and capabilities give the same decision.</summary>
public static class ChainPlanner
{
    /// <summary>Decides how a job is carried out.</summary>
    /// <param name="job">The job; a plan it insists on is honoured.</param>
    /// <param name="capabilities">Tells how many pictures share a batch.</param>
    public static PlanDecision Decide(GenerationJob job, EngineCapabilities capabilities) => job.Plan is { } forced
        ? new PlanDecision(forced, "the request names it", capabilities.PreferredBatch)
        : new PlanDecision(ChainPlan.Fused, "one place has every stage, so a call between them could only cost time", capabilities.PreferredBatch);
}
