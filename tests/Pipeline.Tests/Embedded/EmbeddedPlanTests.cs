using Aigc.Conformance;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Pipeline.Tests.Embedded;

public sealed class EmbeddedPlanTests : IDisposable, IChainPlanner
{
    private static readonly GenerationJob _job = new([new GenerationRequest { Prompt = "a red circle", Seed = 7, Count = 4 }]);

    private readonly TempFolder _folder = new();
    private readonly List<CallSample> _heard = [];
    private PlanDecision _decision = new(ChainPlan.Staged, "for this test", 1);
    private int _asked;

    public void Dispose() => _folder.Dispose();

    PlanDecision IChainPlanner.Decide(GenerationJob job, EngineCapabilities capabilities)
    {
        _asked++;
        return _decision;
    }

    void IChainPlanner.Learn(CallSample call)
    {
        lock (_heard)
            _heard.Add(call);
    }

    [Fact]
    public async Task StartAsync_PlannerDecides_RunsItAndTellsTheReason()
    {
        await using var engine = Engine(new ConformanceStages());
        var ended = await EndAsync(engine, (await engine.StartAsync(_job)).Id);
        Assert.Equal((JobState.Completed, _decision), (ended.State, ended.Plan));
    }

    [Fact]
    public async Task StartAsync_CallsEnd_PlannerHearsEach()
    {
        await using var engine = Engine(new ConformanceStages());
        await EndAsync(engine, (await engine.StartAsync(_job)).Id);
        Assert.Equal(
            ["Enhance 4", "Find 4", "Generate 4", "Understand 4"],
            _heard.GroupBy(c => c.Call).Select(g => $"{g.Key} {g.Count()}").Order(StringComparer.Ordinal));
        Assert.All(_heard, call => Assert.True(call.ElapsedMs >= 0));
    }

    [Fact]
    public async Task ResumeAsync_PlannerHasChangedItsMind_GoesOnWithTheFirstDecision()
    {
        var stages = new ConformanceStages();
        var held = stages.Hold(StageNames.Generate);
        string id;
        await using (var engine = Engine(stages))
        {
            id = (await engine.StartAsync(_job)).Id;
            await held.WaitForSyncPoint();
        }

        var first = _decision;
        _decision = new PlanDecision(ChainPlan.Fused, "of another process", 2);
        await using var next = Engine(new ConformanceStages());
        Assert.Single(await next.ResumeAsync());
        Assert.Equal((JobState.Completed, first), ((await EndAsync(next, id)).State, (await next.GetStatusAsync(id))!.Plan));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task ResumeAsync_PlainDecisionWasNotJournaled_StaysPlain()
    {
        _decision = ChainPlanner.Decide(_job, ConformanceStages.Tiny);
        var (stages, first) = (new ConformanceStages(), _decision);
        var held = stages.Hold(StageNames.RunChain);
        string id;
        await using (var engine = Engine(stages))
        {
            id = (await engine.StartAsync(_job)).Id;
            await held.WaitForSyncPoint();
        }

        _decision = new PlanDecision(ChainPlan.Staged, "of another process", 1);
        await using var next = Engine(new ConformanceStages());
        Assert.Single(await next.ResumeAsync());
        Assert.Equal(first, (await EndAsync(next, id)).Plan);
    }

    private static async Task<JobStatus> EndAsync(EmbeddedEngine engine, string id)
    {
        await foreach (var status in engine.WatchAsync(id))
        {
            if (status.Ended)
                return status;
        }

        throw new InvalidOperationException("A watch ends with its job.");
    }

    private EmbeddedEngine Engine(ConformanceStages stages) => new(
        stages,
        new EmbeddedEngineOptions { Folder = _folder.Path },
        TimeProvider.System,
        NullLogger<EmbeddedEngine>.Instance,
        this);
}
