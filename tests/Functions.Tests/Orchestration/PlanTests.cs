using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Functions.Jobs;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Tests.Orchestration;

public sealed class PlanTests : IChainPlanner
{
    private readonly List<CallSample> _heard = [];
    private int _asked;

    // Each time another: a replay that asked again would go astray.
    PlanDecision IChainPlanner.Decide(GenerationJob job, EngineCapabilities capabilities) =>
        new(Interlocked.Increment(ref _asked) % 2 == 1 ? ChainPlan.Staged : ChainPlan.Fused, $"decision {_asked}", 1);

    void IChainPlanner.Learn(CallSample call)
    {
        lock (_heard)
            _heard.Add(call);
    }

    [Fact]
    public async Task RunAsync_PlannerDecides_IsAskedOnceAndHearsEachCallOnce()
    {
        await using var host = new AppHost(planner: this);
        var status = await host.RunAsync(Job(4));

        Assert.Equal(JobState.Completed, status.State);
        Assert.Equal(new PlanDecision(ChainPlan.Staged, "decision 1", 1), status.Plan);
        Assert.Equal(1, _asked);
        Assert.Equal(
            ["Enhance 4", "Find 4", "Generate 4", "Understand 4"],
            _heard.GroupBy(c => c.Call).Select(g => $"{g.Key} {g.Count()}").Order(StringComparer.Ordinal));
        Assert.All(
            _heard.Where(c => c.Call == StageNames.Generate),
            c => Assert.True(c is { Pictures: 1, Rows: > 0, Steps: > 0, Width: > 0 }));
    }

    [Fact]
    public async Task RunAsync_CallWaitedForAHost_IsNotLearnedFrom()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.Understand, picture: null, new FaultException(FaultKind.Unavailable, "no host"), times: 1);
        await using var host = new AppHost(stages, planner: this);
        var status = await host.RunAsync(Job(1));

        Assert.Equal(JobState.Completed, status.State);
        Assert.DoesNotContain(_heard, c => c.Call == StageNames.Understand);
        Assert.Contains(_heard, c => c.Call == StageNames.Generate);
    }

    [Fact]
    public async Task Plan_PreferredBatchAboveWhatAMessageHolds_IsNotAskedForMore()
    {
        await using var host = new AppHost(new ConformanceStages { Capabilities = ConformanceStages.Tiny with { PreferredBatch = 64 } });
        var status = await host.RunAsync(Job(20));
        Assert.Equal(JobPlanner.MaxGroup, status.Plan!.GroupSize);
    }

    private static GenerationJob Job(int count) => new([new GenerationRequest { Prompt = "a red circle", Seed = 1, Count = count }]);
}
