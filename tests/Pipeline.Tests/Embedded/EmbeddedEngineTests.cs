using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Pipeline.Tests.Embedded;

public sealed class EmbeddedEngineTests : IDisposable
{
    private static readonly GenerationRequest _request = new() { Prompt = "a red circle", Seed = 7, Count = 4 };

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StartAsync_Job_CompletesWithPicturesInOrder()
    {
        var stages = new FakeStages();
        await using var engine = Engine(stages);
        var started = await engine.StartAsync(new GenerationJob([_request]));
        Assert.Equal((JobState.Running, 4), (started.State, started.Progress.Pictures));

        var ended = await EndAsync(engine, started.Id);

        Assert.Equal(JobState.Completed, ended.State);
        Assert.Equal([(0, 7L), (1, 8L), (2, 9L), (3, 10L)], ended.Pictures.Select(p => (p.Index, p.Seed)));
        Assert.Equal(["RunChain 0,1", "RunChain 2,3"], stages.Calls.Order());
        Assert.Equal(ChainPlan.Fused, ended.Plan!.Plan);
        Assert.Equal(4, ended.Progress.PicturesDone);
        Assert.NotNull(ended.Ledger);
        Assert.Equal(["the prompt has 80 tokens, the model reads 77: from character 1 on it was not read (\"a red circle\")"], ended.Warnings);
    }

    [Fact]
    public async Task StartAsync_NoSeed_DrawsOneAndSaysWhich()
    {
        await using var engine = Engine(new FakeStages(), seed: 42);
        var status = await engine.StartAsync(new GenerationJob([_request with { Seed = null }]));
        Assert.Equal(42, status.Job.Requests[0].Seed);
        Assert.Equal(42, (await EndAsync(engine, status.Id)).Pictures[0].Seed);
    }

    [Fact]
    public async Task StartAsync_BadRequest_IsRefusedAndNothingIsKept()
    {
        await using var engine = Engine(new FakeStages());
        var fault = await Assert.ThrowsAsync<FaultException>(() => engine.StartAsync(new GenerationJob([_request with { Count = 0 }])));
        Assert.Equal((FaultKind.BadRequest, "n 0 is below 1"), (fault.Kind, fault.Message));
        Assert.Empty(await engine.ListAsync());
    }

    [Fact]
    public async Task StartAsync_Staged_CallsEachStageOnceAGroupAndSkipsWhatIsFound()
    {
        var stages = new FakeStages { Found = { 0, 2, 3 } };
        await using var engine = Engine(stages);
        var ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request with { NegativePrompt = "gray" }], ChainPlan.Staged))).Id);
        Assert.Equal(JobState.Completed, ended.State);
        Assert.Equal([0, 1, 2, 3], ended.Pictures.Select(p => p.Index));
        Assert.Equal(["Enhance 1", "Find", "Find", "Generate 1", "Understand a red circle|gray"], stages.Calls.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StartAsync_StagedWithImages_PreparesEachOnceAGroupAndHandsLatentsOnByIndex()
    {
        var stages = new FakeStages { Capabilities = TestCapabilities.ImageToImage, Found = { 0 } };
        await using var engine = Engine(stages);
        GenerationRequest[] requests =
        [
            _request with { Count = 3, Image = Image("a"), Strength = .5f },
            _request with { Count = 1 },
            _request with { Count = 2, Image = Image("b"), Width = 64 },
        ];
        var ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob(requests, ChainPlan.Staged))).Id);

        Assert.Equal(JobState.Completed, ended.State);
        Assert.Equal(
            ["Prepare uploads/a.png 128x128", "Prepare uploads/a.png 128x128", "Prepare uploads/b.png 64x128"],
            stages.Calls.Where(c => c.StartsWith("Prepare", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "Generate 1 from 1:latent of uploads/a.png",
                "Generate 2,3 from 2:latent of uploads/a.png",
                "Generate 4,5 from 4:latent of uploads/b.png,5:latent of uploads/b.png",
            ],
            stages.Calls.Where(c => c.StartsWith("Generate", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StartAsync_FusedWithAnImage_PassesItsReferenceThrough()
    {
        var seen = new ConcurrentQueue<PictureSpec>();
        var stages = new FakeStages
        {
            Capabilities = TestCapabilities.ImageToImage,
            FaultOf = p =>
            {
                seen.Enqueue(p);
                return null;
            },
        };
        await using var engine = Engine(stages);
        await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request with { Count = 2, Image = Image("a"), Strength = .25f }]))).Id);
        Assert.Equal(["RunChain 0,1"], stages.Calls);
        Assert.Equal([(Image("a"), .25f), (Image("a"), .25f)], seen.Select(p => (p.Image!, p.Strength)));
    }

    [Fact]
    public async Task ResumeAsync_EndedAfterPrepare_DoesNotPrepareAgain()
    {
        var first = new FakeStages { Capabilities = TestCapabilities.ImageToImage, StopGenerate = new SyncPoint() };
        await using (var engine = Engine(first))
        {
            await engine.StartAsync(new GenerationJob([_request with { Count = 1, Image = Image("a") }], ChainPlan.Staged));
            await first.StopGenerate.WaitForSyncPoint();
        }

        var second = new FakeStages { Capabilities = TestCapabilities.ImageToImage };
        await using var next = Engine(second);
        var ended = await EndAsync(next, Assert.Single(await next.ResumeAsync()).Id);
        Assert.Equal(JobState.Completed, ended.State);
        Assert.Equal(1, first.Calls.Count(c => c.StartsWith("Prepare", StringComparison.Ordinal)));
        Assert.DoesNotContain(second.Calls, c => c.StartsWith("Prepare", StringComparison.Ordinal));
        Assert.Contains("Generate 0 from 0:latent of uploads/a.png", second.Calls);
    }

    [Fact]
    public async Task StartAsync_SizesDiffer_ShareNoCall()
    {
        var stages = new FakeStages();
        await using var engine = Engine(stages);
        await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request with { Count = 1 }, _request with { Count = 1, Width = 64 }]))).Id);
        Assert.Equal(["RunChain 0", "RunChain 1"], stages.Calls.Order());
    }

    [Fact]
    public async Task StartAsync_OneGroupFails_KeepsTheOthersAndNamesTheFault()
    {
        var stages = new FakeStages { FaultOf = p => p.Index == 2 ? new FaultException(FaultKind.OutOfSpace, "the disk is full: free some space") : null };
        await using var engine = Engine(stages);
        var ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request]))).Id);
        Assert.Equal((JobState.Failed, new JobFault(FaultKind.OutOfSpace, "the disk is full: free some space")), (ended.State, ended.Fault));
        Assert.Equal([0, 1], ended.Pictures.Select(p => p.Index));
        Assert.Equal([2, 3], ended.Failures.Select(f => f.Index));
        Assert.All(ended.Failures, f => Assert.Equal(ended.Fault, f.Fault));
        Assert.NotNull(ended.Ledger);
    }

    [Fact]
    public async Task StartAsync_Split_ShowsBasesUntilTheyAreEnhanced()
    {
        var stages = new FakeStages { Found = { 0 }, StopEnhance = new SyncPoint() };
        await using var engine = Engine(stages);
        GenerationRequest[] requests = [_request with { Count = 2, Enhance = true }, _request with { Count = 1, Enhance = false, Width = 64 }];
        var id = (await engine.StartAsync(new GenerationJob(requests, ChainPlan.Split))).Id;
        await stages.StopEnhance.WaitForSyncPoint();
        await foreach (var status in engine.WatchAsync(id))
        {
            if (status.Pictures.Count < 2 || status.Bases.Count == 0)
                continue;
            Assert.Equal([0, 2], status.Pictures.Select(p => p.Index));
            Assert.Equal([1], status.Bases.Select(b => b.Index));
            break;
        }

        stages.StopEnhance.Continue();
        var ended = await EndAsync(engine, id);
        Assert.Equal((JobState.Completed, 0), (ended.State, ended.Bases.Count));
        Assert.Equal([0, 1, 2], ended.Pictures.Select(p => p.Index));
        Assert.Equal(["Enhance 1", "Find", "Find", "Generate 1", "RunChain 2"], stages.Calls.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StartAsync_StagedGroupFailsAtTheEnd_KeepsWhatWasFound()
    {
        var stages = new FakeStages { Found = { 0 }, EnhanceFault = new FaultException(FaultKind.Unavailable, "no host") };
        await using var engine = Engine(stages);
        var ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request with { Count = 2 }], ChainPlan.Staged))).Id);
        Assert.Equal((JobState.Failed, FaultKind.Unavailable), (ended.State, ended.Fault!.Kind));
        Assert.Equal([0], ended.Pictures.Select(p => p.Index));
        Assert.Equal([1], ended.Failures.Select(f => f.Index));
    }

    [Fact]
    public async Task StartAsync_StageThrowsSomethingElse_ShowsNoneOfItToTheUser()
    {
        var stages = new FakeStages { FaultOf = _ => new InvalidOperationException("secret") };
        await using var engine = Engine(stages);
        var ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request]))).Id);
        Assert.Equal(FaultKind.Internal, ended.Fault!.Kind);
        Assert.DoesNotContain("secret", ended.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelAsync_RunningJob_EndsItAndKeepsFinishedPictures()
    {
        var stages = new FakeStages { StopAt = (2, new SyncPoint()) };
        await using var engine = Engine(stages);
        var id = (await engine.StartAsync(new GenerationJob([_request]))).Id;
        await stages.StopAt.Value.Point.WaitForSyncPoint();
        await foreach (var status in engine.WatchAsync(id))
        {
            if (status.Pictures.Count == 2)
                break;
        }

        Assert.True(await engine.CancelAsync(id));
        var ended = await EndAsync(engine, id);
        Assert.Equal(JobState.Cancelled, ended.State);
        Assert.Equal([0, 1], ended.Pictures.Select(p => p.Index));
        Assert.False(await engine.CancelAsync(id));
    }

    [Fact]
    public async Task WatchAsync_Job_ShowsStepsAndEnds()
    {
        var stages = new FakeStages { StopAt = (0, new SyncPoint()) };
        await using var engine = Engine(stages);
        var id = (await engine.StartAsync(new GenerationJob([_request with { Count = 1 }]))).Id;
        await stages.StopAt.Value.Point.WaitForSyncPoint();
        var seen = new List<JobStatus>();
        await foreach (var status in engine.WatchAsync(id))
        {
            seen.Add(status);
            if (status.Progress.StepsDone == 4)
                stages.StopAt.Value.Point.Continue();
        }

        Assert.Contains(seen, s => s.Progress is { Steps: 4, StepsDone: 4, PicturesDone: 0 });
        Assert.Equal(JobState.Completed, seen[^1].State);
        Assert.DoesNotContain(seen.SkipLast(1), s => s.Ended);
    }

    [Fact]
    public async Task ResumeAsync_EngineEndedMidJob_GoesOnAfterTheLastFinishedCall()
    {
        var first = new FakeStages { StopAt = (2, new SyncPoint()) };
        string id;
        await using (var engine = Engine(first))
        {
            id = (await engine.StartAsync(new GenerationJob([_request], Labels: new Dictionary<string, string> { ["out"] = "x" }))).Id;
            await first.StopAt.Value.Point.WaitForSyncPoint();
            await foreach (var status in engine.WatchAsync(id))
            {
                if (status.Pictures.Count == 2)
                    break;
            }
        }

        var second = new FakeStages();
        await using var next = Engine(second);
        var resumed = Assert.Single(await next.ResumeAsync());
        Assert.Equal((id, "x"), (resumed.Id, resumed.Job.Labels!["out"]));
        var ended = await EndAsync(next, id);
        Assert.Equal(JobState.Completed, ended.State);
        Assert.Equal([0, 1, 2, 3], ended.Pictures.Select(p => p.Index));
        Assert.Equal(["RunChain 2,3"], second.Calls);
        Assert.Empty(await next.ResumeAsync());
    }

    [Fact]
    public async Task ResumeAsync_OwnerIsAlive_LeavesTheJobToIt()
    {
        var stages = new FakeStages { StopAt = (0, new SyncPoint()) };
        await using var owner = Engine(stages);
        var id = (await owner.StartAsync(new GenerationJob([_request]))).Id;
        await stages.StopAt.Value.Point.WaitForSyncPoint();

        await using (var other = Engine(new FakeStages()))
            Assert.Empty(await other.ResumeAsync());

        stages.StopAt.Value.Point.Continue();
        Assert.Equal(JobState.Completed, (await EndAsync(owner, id)).State);
    }

    [Fact]
    public async Task ResumeAsync_JobOfAnotherModel_IsLeftForIt()
    {
        var stages = new FakeStages { StopAt = (0, new SyncPoint()) };
        await using (var engine = Engine(stages))
        {
            await engine.StartAsync(new GenerationJob([_request]));
            await stages.StopAt.Value.Point.WaitForSyncPoint();
        }

        await using (var other = Engine(new FakeStages { Capabilities = TestCapabilities.Tiny with { ModelDigest = "d2" } }))
            Assert.Empty(await other.ResumeAsync());
        await using var same = Engine(new FakeStages());
        Assert.Single(await same.ResumeAsync());
    }

    [Fact]
    public async Task ListAsync_SeveralJobs_NewestFirstAndByState()
    {
        await using var engine = Engine(new FakeStages());
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await engine.StartAsync(new GenerationJob([_request]))).Id);
            await EndAsync(engine, ids[i]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        ids.Reverse();
        Assert.Equal(ids, (await engine.ListAsync()).Select(j => j.Id));
        Assert.Equal(ids.Take(2), (await engine.ListAsync(JobState.Completed, limit: 2)).Select(j => j.Id));
        Assert.Empty(await engine.ListAsync(JobState.Failed));
    }

    [Fact]
    public async Task GetStatusAsync_JobOfAnEarlierEngine_IsReadFromTheJournal()
    {
        JobStatus ended;
        await using (var engine = Engine(new FakeStages()))
            ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request]))).Id);
        await using var next = Engine(new FakeStages());
        var read = await next.GetStatusAsync(ended.Id);
        Assert.Equal((ended.State, ended.Ledger, ended.Plan), (read!.State, read.Ledger, read.Plan));
        Assert.Equal(ended.Pictures, read.Pictures);
        Assert.Null(await next.GetStatusAsync("none"));
    }

    [Fact]
    public async Task AnyCall_UnknownJob_IsNotFound()
    {
        await using var engine = Engine(new FakeStages());
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<FaultException>(() => engine.CancelAsync("none"))).Kind);
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<FaultException>(() => EndAsync(engine, "none"))).Kind);
    }

    [Fact]
    public void Constructor_JournalIsNoDatabase_SaysWhatToDo()
    {
        File.WriteAllText(_folder.Combine("jobs.db"), string.Concat(Enumerable.Repeat("not a database ", 400)));
        var fault = Assert.Throws<FaultException>(() => Engine(new FakeStages()));
        Assert.Equal(FaultKind.DataLoss, fault.Kind);
        Assert.Contains("delete it", fault.Message, StringComparison.Ordinal);
    }

    private static ArtifactRef Image(string name) => new($"uploads/{name}.png", "image/png", 1, new string(name[0], 64));

    private EmbeddedEngine Engine(FakeStages stages, long seed = 1) => new(
        stages, new EmbeddedEngineOptions { Folder = _folder.Path, DrawSeed = () => seed }, _time, NullLogger<EmbeddedEngine>.Instance);

    private static async Task<JobStatus> EndAsync(EmbeddedEngine engine, string id)
    {
        JobStatus? last = null;
        await foreach (var status in engine.WatchAsync(id))
            last = status;
        return last!;
    }
}
