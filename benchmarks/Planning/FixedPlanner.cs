using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;

namespace Aigc.Benchmarks.Planning;

/// <summary>Always the same plan.</summary>
/// <param name="plan">The plan.</param>
/// <param name="groupSize">Pictures that share a call; null for the model's preferred batch.</param>
internal sealed class FixedPlanner(ChainPlan plan, int? groupSize) : IChainPlanner
{
    public PlanDecision Decide(GenerationJob job, EngineCapabilities capabilities) =>
        new(plan, "fixed", groupSize ?? capabilities.PreferredBatch);

    public void Learn(CallSample call)
    {
    }
}
