using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Conformance;

// What becomes of a job whose stages fail.
public abstract partial class EngineConformanceTests
{
    private static readonly FaultException _forGood = new(FaultKind.BadRequest, "too \"odd\"\nhere");

    [ConformanceFact(Needs.Stages)]
    public async Task Fault_OfOneGroup_LeavesTheOthersAndNamesThePicturesNotMade()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, 2, _forGood);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Job(5));

        Assert.Equal((JobState.Failed, new JobFault(_forGood.Kind, _forGood.Message)), (ended.State, ended.Fault));
        Assert.Equal([0, 1, 4], ended.Pictures.Select(p => p.Index));
        Assert.Equal([2, 3], ended.Failures.Select(f => f.Index));
        Assert.All(ended.Failures, failure => Assert.Equal(ended.Fault, failure.Fault));
        Assert.Equal((5, 3), (ended.Progress.Pictures, ended.Progress.PicturesDone));
        AssertAddsUp(ended.Ledger);
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Fault_AtTheEndOfAStagedGroup_KeepsWhatWasFound()
    {
        var stages = new ConformanceStages { Found = { 0 } };
        stages.Fail(StageNames.Enhance, 1, _forGood);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Job(2, ChainPlan.Staged));

        Assert.Equal(JobState.Failed, ended.State);
        Assert.Equal([0], ended.Pictures.Select(p => p.Index));
        Assert.Equal([1], ended.Failures.Select(f => f.Index));
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Fault_AfterBasesWereShown_KeepsTheBases()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.Enhance, null, _forGood);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Job(2, ChainPlan.Split));

        Assert.Equal((JobState.Failed, 0), (ended.State, ended.Pictures.Count));
        Assert.Equal([0, 1], ended.Bases.Select(b => b.Index));
        Assert.Equal([0, 1], ended.Failures.Select(f => f.Index));
    }

    [ConformanceFact(Needs.Stages)]
    public Task Fault_BadRequest_IsNeverTriedAgain() => EndsAfterOneTryAsync(FaultKind.BadRequest);

    [ConformanceFact(Needs.Stages)]
    public Task Fault_NotFound_IsNeverTriedAgain() => EndsAfterOneTryAsync(FaultKind.NotFound);

    [ConformanceFact(Needs.Stages)]
    public Task Fault_BadModel_IsNeverTriedAgain() => EndsAfterOneTryAsync(FaultKind.BadModel);

    [ConformanceFact(Needs.Stages, Needs.Retries)]
    public Task Fault_Unavailable_IsWaitedOut() => CompletesAfterAFaultAsync(FaultKind.Unavailable, null, TimeSpan.FromSeconds(1));

    [ConformanceFact(Needs.Stages, Needs.Retries)]
    public Task Fault_Internal_IsTriedAgain() => CompletesAfterAFaultAsync(FaultKind.Internal, null, TimeSpan.FromSeconds(1));

    [ConformanceFact(Needs.Stages, Needs.Retries)]
    public Task Fault_DataLoss_IsTriedAgain() => CompletesAfterAFaultAsync(FaultKind.DataLoss, null, TimeSpan.FromSeconds(1));

    [ConformanceFact(Needs.Stages, Needs.Retries)]
    public Task Fault_Overloaded_WaitsAsLongAsWasSaid() =>
        CompletesAfterAFaultAsync(FaultKind.Overloaded, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7));

    [ConformanceFact(Needs.Stages, Needs.Retries)]
    public async Task Fault_InternalThatStays_EndsAfterFiveTries()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, 0, new FaultException(FaultKind.Internal, "broken"));
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Job(1));

        Assert.Equal((JobState.Failed, FaultKind.Internal, 5), (ended.State, ended.Fault!.Kind, stages.Calls.Count));
    }

    private async Task EndsAfterOneTryAsync(FaultKind kind)
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, 0, new FaultException(kind, "no"));
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Job(1));

        Assert.Equal((JobState.Failed, new JobFault(kind, "no"), 1), (ended.State, ended.Fault, stages.Calls.Count));
    }

    /// <summary>The wait is read off the engine's own clock, which a test may have sped up.</summary>
    private async Task CompletesAfterAFaultAsync(FaultKind kind, TimeSpan? retryAfter, TimeSpan wait)
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, 0, new FaultException(kind, "not now", retryAfter: retryAfter), times: 1);
        await using var under = Create(stages);

        var ended = await RunAsync(under.Engine, Job(1));

        AssertPictures(1, ended);
        Assert.Equal(["RunChain 0", "RunChain 0"], stages.Calls);
        Assert.InRange(ended.Ledger!.TotalMs, wait.TotalMilliseconds, (wait + TimeSpan.FromSeconds(30)).TotalMilliseconds);
        Assert.Empty(ended.Warnings);
    }
}
