using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Conformance;

// What becomes of a job whose engine's process ends.
public abstract partial class EngineConformanceTests
{
    [ConformanceFact(Needs.Stages)]
    public async Task Restart_MidJob_MakesNoFinishedPictureAgain()
    {
        var stages = new ConformanceStages();
        var held = stages.Hold(StageNames.RunChain, 2);
        await using var under = Create(stages);
        var id = (await under.Engine.StartAsync(Job(4))).Id;
        await held.WaitForSyncPoint();
        await ReachAsync(under.Engine, id, status => status.Progress.PicturesDone == 2);

        await under.RestartAsync();
        held.Continue();

        AssertPictures(4, await EndAsync(under.Engine, id));
        Assert.Equal(["RunChain 0,1", "RunChain 2,3", "RunChain 2,3"], stages.Calls.Order(StringComparer.Ordinal));
        Assert.All(stages.Made.Values, times => Assert.Equal(1, times));
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Restart_BetweenStages_GoesOnAfterTheLastThatAnswered()
    {
        var stages = new ConformanceStages();
        var held = stages.Hold(StageNames.Enhance);
        await using var under = Create(stages);
        var id = (await under.Engine.StartAsync(Job(1, ChainPlan.Staged))).Id;
        await held.WaitForSyncPoint();

        await under.RestartAsync();
        held.Continue();

        AssertPictures(1, await EndAsync(under.Engine, id));
        Assert.Equal(
            ["Enhance 0", "Enhance 0", "Find", "Generate 0", $"Understand {_request.Prompt}|"], stages.Calls.Order(StringComparer.Ordinal));
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Restart_AfterTheEnd_ChangesNothing()
    {
        var stages = new ConformanceStages();
        await using var under = Create(stages);
        var ended = await RunAsync(under.Engine, Job(3, ChainPlan.Split));
        var calls = stages.Calls.Count;

        await under.RestartAsync();

        var read = (await under.Engine.GetStatusAsync(ended.Id))!;
        Assert.Equal((ended.State, ended.Plan, ended.Ledger, ended.EndedAt), (read.State, read.Plan, read.Ledger, read.EndedAt));
        Assert.Equal(ended.Pictures, read.Pictures);
        Assert.Equal(ended.Progress, read.Progress);
        Assert.Equal(calls, stages.Calls.Count);
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Restart_KeyOfAnEarlierProcess_FindsItsJob()
    {
        var stages = new ConformanceStages();
        await using var under = Create(stages);
        var key = NewKey();
        var first = (await under.Engine.StartAsync(Job(1), key, default)).Status.Id;
        await EndAsync(under.Engine, first);

        await under.RestartAsync();

        Assert.Equal(first, (await under.Engine.StartAsync(Job(1), key, default)).Status.Id);
        await Assert.ThrowsAsync<IdempotencyConflictException>(() => under.Engine.StartAsync(Job(2), key, default));
        Assert.Single(stages.Calls);
    }

    [ConformanceFact(Needs.Stages)]
    public Task ProcessLost_AfterEachEventOfAFusedJob_GivesTheSameResult() => SameAfterEachEventAsync(ChainPlan.Fused, atLeast: 4);

    [ConformanceFact(Needs.Stages)]
    public Task ProcessLost_AfterEachEventOfASplitJob_GivesTheSameResult() => SameAfterEachEventAsync(ChainPlan.Split, atLeast: 8);

    [ConformanceFact(Needs.Stages)]
    public Task ProcessLost_AfterEachEventOfAStagedJob_GivesTheSameResult() => SameAfterEachEventAsync(ChainPlan.Staged, atLeast: 10);

    private async Task SameAfterEachEventAsync(ChainPlan plan, int atLeast)
    {
        var runs = await LoseProcessAfterEachEventAsync(Job(3, plan));

        AssertPictures(3, runs[0]);
        Assert.All(runs, run =>
        {
            Assert.Equal((runs[0].State, runs[0].Plan, runs[0].Fault), (run.State, run.Plan, run.Fault));
            Assert.Equal(runs[0].Pictures, run.Pictures);
            Assert.Equal(runs[0].Progress.PicturesDone, run.Progress.PicturesDone);
            Assert.Empty(run.Bases);
            AssertAddsUp(run.Ledger);
        });
        Assert.InRange(runs.Count, atLeast + 1, 100);
    }
}
