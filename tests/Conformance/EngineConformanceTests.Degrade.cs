using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Conformance;

// What becomes of a job that may give way.
public abstract partial class EngineConformanceTests
{
    private static readonly FaultException _full = new(FaultKind.Overloaded, "the queue is full");
    private static readonly FaultException _late = new(FaultKind.DeadlineExceeded, "too late");

    [ConformanceFact(Needs.Stages)]
    public async Task Degrade_NoRoomForAllSteps_GivesWayInOrderAndMakesWhatThatRequestWouldHaveMade()
    {
        var stages = new ConformanceStages();
        RefuseAbove(stages, steps: 10, _full);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Degrading([Concession.Enhance, Concession.Steps, Concession.Size], count: 2));

        AssertPictures(2, ended);
        Assert.All(ended.Pictures, picture => Assert.Equal(
            [
                new Degradation(Concession.Enhance, "true", "false", _full.Message),
                new Degradation(Concession.Steps, "20", "10", _full.Message),
            ],
            picture.Degraded!));
        Assert.Equal(["RunChain 0,1", "RunChain 0,1", "RunChain 0,1"], stages.Calls);
        Assert.Equal(
            ["enhance gave way from true to false: the queue is full", "steps gave way from 20 to 10: the queue is full"], ended.Warnings);
        Assert.Equal(20, ended.Progress.Steps);
        Assert.InRange(ended.Progress.StepsDone, 0, 20);
        var less = await RunAsync(under.Engine, new GenerationJob([_request with { Count = 2, Steps = 10, Enhance = false }]));
        Assert.Equal(less.Pictures.Select(p => p.Picture.Name), ended.Pictures.Select(p => p.Picture.Name));
        Assert.All(less.Pictures, picture => Assert.Null(picture.Degraded));
    }

    [ConformanceFact(Needs.Stages)]
    public Task Degrade_EnhancementFailsInASplitJob_LeavesItOutAndGeneratesNothingAgain() => LeavesEnhancementOutAsync(ChainPlan.Split);

    [ConformanceFact(Needs.Stages)]
    public Task Degrade_EnhancementFailsInAStagedJob_LeavesItOutAndGeneratesNothingAgain() => LeavesEnhancementOutAsync(ChainPlan.Staged);

    [ConformanceFact(Needs.Stages)]
    public async Task Degrade_NoRoomForTheSize_HalvesItOnce()
    {
        var stages = new ConformanceStages();
        stages.Before((call, _) => call.Pictures.Any(p => p.Width > 64) ? Task.FromException(_full) : Task.CompletedTask);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Degrading([Concession.Size]));

        AssertPictures(1, ended);
        Assert.Equal([new Degradation(Concession.Size, "128x128", "64x64", _full.Message)], ended.Pictures[0].Degraded!);
        Assert.Equal(64, ended.Pictures[0].Width);
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Degrade_EverythingGaveWayInVain_FailsAndSaysSo()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, 0, _late);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Degrading([Concession.Steps, Concession.Enhance]));

        Assert.Equal(JobState.Failed, ended.State);
        Assert.Equal(new JobFault(_late.Kind, "too late (steps, enhance gave way before)"), ended.Fault);
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Degrade_NothingMayGiveWay_FailsAndSaysThatItCould()
    {
        var stages = new ConformanceStages();
        RefuseAbove(stages, steps: 10, _late);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Degrading(null));

        Assert.Equal(JobState.Failed, ended.State);
        Assert.Equal(new JobFault(_late.Kind, "too late (with degrade, it would ask for less)"), ended.Fault);
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Degrade_FaultIsOfTheRequestItself_GivesNothingAway()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, 0, _forGood);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Degrading([Concession.Enhance, Concession.Steps]));

        Assert.Equal((JobState.Failed, new JobFault(_forGood.Kind, _forGood.Message), 1), (ended.State, ended.Fault, stages.Calls.Count));
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Restart_AfterGivingWay_GivesWayAlikeAlthoughThereIsRoomAgain()
    {
        var stages = new ConformanceStages();
        var refusals = 1;
        stages.Before((call, _) => call.Pictures.Any(p => p.Steps > 10) && Interlocked.Decrement(ref refusals) >= 0
            ? Task.FromException(_full)
            : Task.CompletedTask);
        var held = new SyncPoint();
        stages.Before((call, token) => call.Pictures.Any(p => p.Steps == 10) ? held.WaitToContinue(token) : Task.CompletedTask);
        await using var under = Create(stages);
        var id = (await under.Engine.StartAsync(Degrading([Concession.Steps]))).Id;
        await held.WaitForSyncPoint();

        await under.RestartAsync();
        held.Continue();

        var ended = await EndAsync(under.Engine, id);
        AssertPictures(1, ended);
        Assert.Equal([new Degradation(Concession.Steps, "20", "10", _full.Message)], ended.Pictures[0].Degraded!);
        Assert.Equal(["RunChain 0", "RunChain 0", "RunChain 0"], stages.Calls);
    }

    [ConformanceFact]
    public async Task Start_DegradeNamesOneTwiceOrAModelThatIsNotThere_IsRefusedWithBoth()
    {
        await using var under = Create(new ConformanceStages());
        var job = Degrading([Concession.Steps, Concession.Model, Concession.Steps]);
        var fault = await Assert.ThrowsAsync<FaultException>(() => under.Engine.StartAsync(job));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Contains("degrade names steps more than once", fault.Message, StringComparison.Ordinal);
        Assert.Contains("is the only one here: leave model out", fault.Message, StringComparison.Ordinal);
    }

    private static GenerationJob Degrading(Concession[]? degrade, int count = 1, ChainPlan? plan = null) =>
        new([_request with { Count = count, Steps = 20 }], plan) { Degrade = degrade };

    private static void RefuseAbove(ConformanceStages stages, int steps, FaultException fault) => stages.Before(
        (call, _) => call.Pictures.Any(p => p.Steps > steps) ? Task.FromException(fault) : Task.CompletedTask);

    private async Task LeavesEnhancementOutAsync(ChainPlan plan)
    {
        var stages = new ConformanceStages();
        var gone = new FaultException(FaultKind.Unavailable, "no host enhances");
        stages.Before((call, _) => call.Is(StageNames.Enhance, null) && call.Pictures.Any(p => p.Enhance)
            ? Task.FromException(gone)
            : Task.CompletedTask);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Degrading([Concession.Steps, Concession.Enhance], plan: plan));

        AssertPictures(1, ended);
        Assert.Equal([new Degradation(Concession.Enhance, "true", "false", gone.Message)], ended.Pictures[0].Degraded!);
        Assert.Equal(2, stages.Calls.Count(call => call == "Enhance 0"));
        Assert.Single(stages.Calls, call => call == "Generate 0");
    }
}
