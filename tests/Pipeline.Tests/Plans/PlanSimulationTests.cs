using Aigc.Benchmarks.Planning;
using Aigc.Pipeline.Plans;

namespace Aigc.Pipeline.Tests.Plans;

/// <summary>The planner in simulated time: no clock of this machine has a part in it.</summary>
public sealed class PlanSimulationTests
{
    [Fact]
    public void Run_ShorterTraces_AdaptiveIsNeverFarBehindTheBestFixedPlanAndAheadOfEachOverAll()
    {
        var comparison = Comparison.Run(jobs: 800, seed: 1);
        Assert.Equal(
            ["steady", "burst", "one slow host", "mixed sizes", "enhance pool starved", "no enhance pool, dear hops"],
            comparison.Traces.Select(t => t.Name));
        Assert.All(comparison.Traces, t => Assert.InRange(Comparison.Ratio(t.Results, Comparison.Adaptive), 0, Comparison.Allowed));
        Assert.All(Comparison.Fixed, plan => Assert.True(comparison.Overall(Comparison.Adaptive) < comparison.Overall(plan.Name), plan.Name));
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameTimes()
    {
        var trace = Traces.All(jobs: 100, seed: 3)[3];
        double[] Run() => [.. Simulation.Run(trace, load => new AdaptivePlanner(new StageCosts(), load), seed: 3).TookMs];
        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Run_OneJobOfOnePicture_TakesWhatItsPartsAddUpTo()
    {
        var all = Traces.All(jobs: 1, seed: 1)[0];
        var job = all.Arrivals[0].Job;
        var costs = new TrueCosts();
        var trace = all with { Arrivals = [(0, job with { Requests = [job.Requests[0] with { Count = 1, Steps = 8 }] })] };
        var took = Simulation.Run(trace, _ => new FixedPlanner(ChainPlan.Fused, groupSize: null), seed: 1).MeanMs;
        var parts = costs.UnderstandMs + 8 * (costs.StepMs + costs.RowMs) + costs.DecodeMs + costs.EnhanceMs;
        Assert.InRange(took, .97 * parts + costs.AsideMs + .75 * costs.HopMs, 1.03 * parts + costs.AsideMs + 1.25 * costs.HopMs);
    }
}
