using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Conformance;

// What a job's status says, and when.
public abstract partial class EngineConformanceTests
{
    private static readonly string[] _shared =
    [
        "bases", "createdAt", "ended", "failures", "id", "job", "job.plan", "job.requests", "job.requests[].count", "job.requests[].format",
        "job.requests[].negativePrompt", "job.requests[].prompt", "job.requests[].quality", "job.requests[].seed", "pictures", "previews",
        "progress", "progress.pictures", "progress.picturesDone", "progress.steps", "progress.stepsDone", "state", "warnings",
    ];

    private static readonly string[] _plan = ["plan", "plan.groupSize", "plan.plan", "plan.reason"];

    private static readonly string[] _end =
    [
        "endedAt", "ledger", "ledger.computeMs", "ledger.encodeMs", "ledger.enhanceMs", "ledger.generateMs", "ledger.loadMs",
        "ledger.overheadMs", "ledger.prepareMs", "ledger.queueMs", "ledger.storeMs", "ledger.totalMs", "ledger.understandMs",
    ];

    private static readonly string[] _pictures =
        ["pictures[].found", "pictures[].height", "pictures[].index", "pictures[].picture", "pictures[].seed", "pictures[].width"];

    private static readonly string[] _failures =
    [
        "failures[].fault", "failures[].fault.kind", "failures[].fault.message", "failures[].index", "fault", "fault.kind",
        "fault.message",
    ];

    [ConformanceFact]
    public async Task Status_CompletedJob_HasTheMembersOfEveryEngine()
    {
        await using var under = Create(new ConformanceStages());
        AssertMembers(await RunAsync(under.Engine, Job(2, ChainPlan.Split)), [.. _shared, .. _plan, .. _end, .. _pictures]);
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Status_RunningAndFailedJob_HasTheMembersOfEveryEngine()
    {
        var stages = new ConformanceStages();
        var held = stages.Hold(StageNames.Enhance, 2);
        stages.Fail(StageNames.Enhance, 2, _forGood);
        await using var under = Create(stages);
        var id = (await under.Engine.StartAsync(Job(3, ChainPlan.Split))).Id;
        var running = await ReachAsync(under.Engine, id, status => status is { Progress.PicturesDone: 2, Bases.Count: 1 });
        held.Continue();
        var failed = await EndAsync(under.Engine, id);

        AssertMembers(running, [.. _shared, .. _plan, .. _pictures, "bases[].index", "bases[].picture"]);
        AssertMembers(failed, [.. _shared, .. _plan, .. _end, .. _pictures, .. _failures, "bases[].index", "bases[].picture"]);
    }

    [ConformanceFact]
    public async Task Watch_Job_NeverGoesBackAndEnds()
    {
        await using var under = Create(new ConformanceStages());
        var started = await under.Engine.StartAsync(Job(6, ChainPlan.Split));
        var seen = new List<JobStatus> { started };
        using var limit = new CancellationTokenSource(_limit);
        await foreach (var status in under.Engine.WatchAsync(started.Id, limit.Token))
            seen.Add(status);

        AssertPictures(6, seen[^1]);
        Assert.All(seen, status => Assert.Equal((started.Id, started.CreatedAt), (status.Id, status.CreatedAt)));
        Assert.All(seen.Zip(seen.Skip(1)), pair => AssertLater(pair.First, pair.Second));
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Watch_SplitJob_ShowsBasesAndThenEnhancedPictures()
    {
        var stages = new ConformanceStages();
        var (generate, enhance) = (stages.Hold(StageNames.Generate), stages.Hold(StageNames.Enhance));
        await using var under = Create(stages);
        var id = (await under.Engine.StartAsync(Job(2, ChainPlan.Split))).Id;

        await generate.WaitForSyncPoint();
        var before = (await under.Engine.GetStatusAsync(id))!;
        generate.Continue();
        var during = await ReachAsync(under.Engine, id, status => status.Bases.Count == 2);
        enhance.Continue();
        var after = await EndAsync(under.Engine, id);

        Assert.Equal((JobState.Running, 0, 0), (before.State, before.Bases.Count, before.Pictures.Count));
        Assert.Equal([0, 1], during.Bases.Select(b => b.Index));
        Assert.Empty(during.Pictures);
        AssertPictures(2, after);
    }

    [ConformanceFact]
    public async Task Status_UnknownJob_IsNullAndCannotBeWatched()
    {
        await using var under = Create(new ConformanceStages());
        Assert.Null(await under.Engine.GetStatusAsync("nothing"));
        Assert.Null(await under.Engine.GetStatusAsync("A B"));
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<FaultException>(() => EndAsync(under.Engine, "nothing"))).Kind);
    }

    [ConformanceFact(Needs.List)]
    public async Task List_JobsEndedAndRefused_GivesThoseAcceptedNewestFirst()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.Generate, null, _forGood);
        await using var under = Create(stages);
        var ids = new List<string>();
        foreach (var plan in Enum.GetValues<ChainPlan>())
        {
            var ended = await RunAsync(under.Engine, Job(1, plan));
            ids.Insert(0, ended.Id);
            // Jobs of one millisecond come in any order.
            while (TimeProvider.System.GetUtcNow() < ended.CreatedAt.AddMilliseconds(2))
                await Task.Yield();
        }

        await Assert.ThrowsAsync<FaultException>(() => under.Engine.StartAsync(Job(0)));

        Assert.Equal(ids, (await under.Engine.ListAsync()).Jobs.Select(job => job.Id));
        Assert.Equal(ids.Take(2), (await under.Engine.ListAsync(limit: 2)).Jobs.Select(job => job.Id));
        Assert.Equal(ids.Skip(2), (await under.Engine.ListAsync(JobState.Completed)).Jobs.Select(job => job.Id));
        Assert.Empty((await under.Engine.ListAsync(JobState.Running)).Jobs);
    }

    [ConformanceFact(Needs.List)]
    public async Task List_PageByPage_GivesEachJobOnceAndStaysInPlaceAsJobsAreAdded()
    {
        await using var under = Create(new ConformanceStages());
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add((await RunAsync(under.Engine, Job(1))).Id);

        var first = await under.Engine.ListAsync(limit: 2);
        await RunAsync(under.Engine, Job(1));
        var second = await under.Engine.ListAsync(JobState.Completed, limit: 2, first.Next);
        var third = await under.Engine.ListAsync(limit: 2, after: second.Next);

        Assert.Equal(ids.Order(), first.Jobs.Concat(second.Jobs).Concat(third.Jobs).Select(job => job.Id).Order());
        Assert.Equal((2, 2, 1), (first.Jobs.Count, second.Jobs.Count, third.Jobs.Count));
        Assert.Null(third.Next);
        var fault = await Assert.ThrowsAsync<FaultException>(() => under.Engine.ListAsync(after: "elsewhere"));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
    }

    [ConformanceFact(Needs.List)]
    public async Task Delete_JobEnded_IsForgotten()
    {
        await using var under = Create(new ConformanceStages());
        var ended = await RunAsync(under.Engine, Job(1));

        Assert.True(await under.Engine.DeleteAsync(ended.Id));

        Assert.Null(await under.Engine.GetStatusAsync(ended.Id));
        Assert.Empty((await under.Engine.ListAsync()).Jobs);
        var fault = await Assert.ThrowsAsync<FaultException>(() => under.Engine.DeleteAsync(ended.Id));
        Assert.Equal(FaultKind.NotFound, fault.Kind);
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Delete_JobRunning_IsRefused()
    {
        var stages = new ConformanceStages();
        var point = stages.Hold(StageNames.RunChain);
        await using var under = Create(stages);
        var started = await under.Engine.StartAsync(Job(1));
        await point.WaitForSyncPoint();

        var deleted = await under.Engine.DeleteAsync(started.Id);
        point.Continue();

        Assert.False(deleted);
        AssertPictures(1, await EndAsync(under.Engine, started.Id));
    }

    private static void AssertLater(JobStatus earlier, JobStatus later)
    {
        Assert.False(earlier.Ended && !later.Ended);
        Assert.True(later.Progress.PicturesDone >= earlier.Progress.PicturesDone);
        Assert.True(later.Progress.StepsDone >= earlier.Progress.StepsDone);
        Assert.True(later.Progress.Steps >= earlier.Progress.Steps);
        Assert.Equal(earlier.Progress.Pictures, later.Progress.Pictures);
        Assert.True(later.Pictures.Count >= earlier.Pictures.Count);
        // A base gives way to its picture and to nothing else.
        Assert.All(earlier.Bases, b => Assert.True(later.Bases.Contains(b) || later.Pictures.Any(p => p.Index == b.Index)));
        Assert.True(earlier.Plan is null || earlier.Plan == later.Plan);
    }

    private static void AssertMembers(JobStatus status, IEnumerable<string> expected) => Assert.Equal(
        expected.Order(StringComparer.Ordinal),
        JsonMembers.Of(JsonSerializer.SerializeToElement(status, PipelineJson.Default.JobStatus)));
}
