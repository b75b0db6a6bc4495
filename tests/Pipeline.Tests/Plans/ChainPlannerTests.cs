using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Tests.Plans;

public sealed class ChainPlannerTests
{
    [Fact]
    public void Decide_PlanIsForced_IsHonoured()
    {
        var decision = ChainPlanner.Decide(new GenerationJob([], ChainPlan.Staged), TestCapabilities.Tiny);
        Assert.Equal(new PlanDecision(ChainPlan.Staged, "the request names it", 2), decision);
    }

    [Fact]
    public void Decide_NothingForced_IsFusedWithAReason()
    {
        var decision = ChainPlanner.Decide(new GenerationJob([]), TestCapabilities.Tiny);
        Assert.Equal(ChainPlan.Fused, decision.Plan);
        Assert.NotEmpty(decision.Reason);
    }
}
