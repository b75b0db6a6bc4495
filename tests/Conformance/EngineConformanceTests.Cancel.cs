using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Conformance;

// What cancelling does.
public abstract partial class EngineConformanceTests
{
    [ConformanceFact(Needs.Stages)]
    public Task Cancel_FusedJob_EndsTheCallUnderWayAndKeepsFinishedPictures() =>
        EndsTheCallUnderWayAsync(ChainPlan.Fused, StageNames.RunChain);

    [ConformanceFact(Needs.Stages)]
    public Task Cancel_SplitJob_EndsTheCallUnderWayAndKeepsFinishedPictures() =>
        EndsTheCallUnderWayAsync(ChainPlan.Split, StageNames.Enhance);

    [ConformanceFact(Needs.Stages)]
    public Task Cancel_StagedJob_EndsTheCallUnderWayAndKeepsFinishedPictures() =>
        EndsTheCallUnderWayAsync(ChainPlan.Staged, StageNames.Generate);

    [ConformanceFact]
    public async Task Cancel_LongJob_EndsIt()
    {
        var stages = new ConformanceStages();
        // Of a live host it is the length of the job that keeps it running: as many steps as its model takes.
        stages.Hold(StageNames.RunChain);
        await using var under = Create(stages);
        var job = new GenerationJob([_request with { Seed = null, Count = RequestValidator.MaxCount, Steps = 999 }]);
        var id = (await under.Engine.StartAsync(job)).Id;

        Assert.True(await under.Engine.CancelAsync(id));

        var ended = await EndAsync(under.Engine, id);
        Assert.Equal((JobState.Cancelled, null), (ended.State, ended.Fault));
        Assert.NotNull(ended.EndedAt);
        Assert.Null(ended.Ledger);
        Assert.InRange(ended.Pictures.Count, 0, RequestValidator.MaxCount - 1);
        Assert.Empty(ended.Failures);
        Assert.False(await under.Engine.CancelAsync(id));
    }

    [ConformanceFact]
    public async Task Cancel_EndedJob_IsFalseAndChangesNothing()
    {
        await using var under = Create(new ConformanceStages());
        var ended = await RunAsync(under.Engine, Job(1));
        Assert.False(await under.Engine.CancelAsync(ended.Id));
        Assert.Equal(JobState.Completed, (await under.Engine.GetStatusAsync(ended.Id))!.State);
    }

    [ConformanceFact]
    public async Task Cancel_UnknownJob_IsNotFound()
    {
        await using var under = Create(new ConformanceStages());
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<FaultException>(() => under.Engine.CancelAsync("nothing"))).Kind);
    }

    private async Task EndsTheCallUnderWayAsync(ChainPlan plan, string stage)
    {
        var stages = new ConformanceStages();
        var held = stages.Hold(stage, 2);
        await using var under = Create(stages);
        var id = (await under.Engine.StartAsync(Job(3, plan))).Id;
        await held.WaitForSyncPoint();
        await ReachAsync(under.Engine, id, status => status.Progress.PicturesDone == 2);

        Assert.True(await under.Engine.CancelAsync(id));

        var ended = await EndAsync(under.Engine, id);
        await stages.Cancelled.WaitAsync(_limit);
        Assert.Equal((JobState.Cancelled, null), (ended.State, ended.Fault));
        Assert.Equal([0, 1], ended.Pictures.Select(p => p.Index));
        Assert.Equal(2, ended.Progress.PicturesDone);
        Assert.Null(ended.Ledger);
        Assert.Empty(ended.Failures);
        Assert.False(stages.Made.ContainsKey(2));
        Assert.False(await under.Engine.CancelAsync(id));
    }
}
