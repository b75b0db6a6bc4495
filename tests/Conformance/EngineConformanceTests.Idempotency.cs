using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;

namespace Aigc.Conformance;

// What an idempotency key does.
public abstract partial class EngineConformanceTests
{
    [ConformanceFact]
    public async Task Start_SameKeyAndJob_IsTheSameJobWithTheSameSeed()
    {
        var stages = new ConformanceStages();
        await using var under = Create(stages);
        var (key, job) = (NewKey(), new GenerationJob([_request with { Seed = null }]));

        var first = (await under.Engine.StartAsync(job, key, default)).Status;
        var during = (await under.Engine.StartAsync(job, key, default)).Status;
        await EndAsync(under.Engine, first.Id);
        var after = (await under.Engine.StartAsync(job, key, default)).Status;

        Assert.Equal((first.Id, first.Id), (during.Id, after.Id));
        Assert.Equal(first.Job.Requests[0].Seed, after.Job.Requests[0].Seed);
        Assert.Equal(JobState.Completed, after.State);
        Assert.InRange(stages.Calls.Count, 0, 1);
    }

    [ConformanceFact(Needs.Created)]
    public async Task Start_SameKeyAndJob_SaysWhetherItWasAcceptedJustNow()
    {
        await using var under = Create(new ConformanceStages());
        var key = NewKey();
        Assert.True((await under.Engine.StartAsync(Job(1), key, default)).Created);
        Assert.False((await under.Engine.StartAsync(Job(1), key, default)).Created);
        Assert.True((await under.Engine.StartAsync(Job(1), null, default)).Created);
    }

    [ConformanceFact]
    public async Task Start_SameKeyOtherJob_IsRefusedAndLeavesTheFirstAlone()
    {
        await using var under = Create(new ConformanceStages());
        var key = NewKey();
        var first = (await under.Engine.StartAsync(Job(1), key, default)).Status;

        await Assert.ThrowsAsync<IdempotencyConflictException>(() => under.Engine.StartAsync(Job(2), key, default));

        AssertPictures(1, await EndAsync(under.Engine, first.Id));
        await Assert.ThrowsAsync<IdempotencyConflictException>(() => under.Engine.StartAsync(Job(2), key, default));
    }

    [ConformanceFact]
    public async Task Start_OneKeyManyTimesAtOnce_MakesOneJob()
    {
        var stages = new ConformanceStages();
        await using var under = Create(stages);
        var (key, job) = (NewKey(), new GenerationJob([_request with { Seed = null }]));

        var started = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => under.Engine.StartAsync(job, key, default))));

        var id = Assert.Single(started.Select(s => s.Status.Id).Distinct());
        Assert.Single(started.Select(s => s.Status.Job.Requests[0].Seed).Distinct());
        AssertPictures(1, await EndAsync(under.Engine, id));
        Assert.InRange(stages.Calls.Count, 0, 1);
    }

    [ConformanceFact(Needs.Created)]
    public async Task Start_OneKeyManyTimesAtOnce_IsAcceptedOnce()
    {
        await using var under = Create(new ConformanceStages());
        var key = NewKey();
        var started = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => under.Engine.StartAsync(Job(1), key, default))));
        Assert.Single(started, s => s.Created);
    }

    [ConformanceFact]
    public async Task Start_OtherKeysAndNone_AreJobsOfTheirOwn()
    {
        await using var under = Create(new ConformanceStages());
        string?[] keys = [NewKey(), NewKey(), null, null];
        var ids = new HashSet<string>();
        foreach (var key in keys)
            ids.Add((await under.Engine.StartAsync(Job(1), key, default)).Status.Id);
        Assert.Equal(keys.Length, ids.Count);
    }
}
