using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
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
    public async Task StartAsync_PromptLongerThanTheModelReads_WarnsOnce()
    {
        await using var engine = Engine(new ConformanceStages { Truncating = 1 });
        var ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request]))).Id);
        Assert.Equal(["the prompt has 80 tokens, the model reads 77: from character 1 on it was not read (\"a red circle\")"], ended.Warnings);
    }

    [Fact]
    public async Task StartAsync_NoSeed_DrawsOneAndSaysWhich()
    {
        await using var engine = Engine(new ConformanceStages(), seed: 42);
        var status = await engine.StartAsync(new GenerationJob([_request with { Seed = null }]));
        Assert.Equal(42, status.Job.Requests[0].Seed);
        Assert.Equal(42, (await EndAsync(engine, status.Id)).Pictures[0].Seed);
    }

    [Fact]
    public async Task StartAsync_StagedWithImages_PreparesEachOnceAGroupAndHandsLatentsOnByIndex()
    {
        var stages = new ConformanceStages { Found = { 0 } };
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
        var stages = new ConformanceStages();
        stages.Before((call, _) =>
        {
            foreach (var picture in call.Pictures)
                seen.Enqueue(picture);
            return Task.CompletedTask;
        });
        await using var engine = Engine(stages);
        await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request with { Count = 2, Image = Image("a"), Strength = .25f }]))).Id);
        Assert.Equal(["RunChain 0,1"], stages.Calls);
        Assert.Equal([(Image("a"), .25f), (Image("a"), .25f)], seen.Select(p => (p.Image!, p.Strength)));
    }

    [Fact]
    public async Task ResumeAsync_EndedAfterPrepare_DoesNotPrepareAgain()
    {
        var first = new ConformanceStages();
        var held = first.Hold(StageNames.Generate);
        await using (var engine = Engine(first))
        {
            await engine.StartAsync(new GenerationJob([_request with { Count = 1, Image = Image("a") }], ChainPlan.Staged));
            await held.WaitForSyncPoint();
        }

        var second = new ConformanceStages();
        await using var next = Engine(second);
        var ended = await EndAsync(next, Assert.Single(await next.ResumeAsync()).Id);
        Assert.Equal(JobState.Completed, ended.State);
        Assert.Equal(1, first.Calls.Count(c => c.StartsWith("Prepare", StringComparison.Ordinal)));
        Assert.DoesNotContain(second.Calls, c => c.StartsWith("Prepare", StringComparison.Ordinal));
        Assert.Contains("Generate 0 from 0:latent of uploads/a.png", second.Calls);
    }

    [Fact]
    public async Task StartAsync_Split_ShowsBasesUntilTheyAreEnhanced()
    {
        var stages = new ConformanceStages { Found = { 0 } };
        var held = stages.Hold(StageNames.Enhance);
        await using var engine = Engine(stages);
        GenerationRequest[] requests = [_request with { Count = 2, Enhance = true }, _request with { Count = 1, Enhance = false, Width = 64 }];
        var id = (await engine.StartAsync(new GenerationJob(requests, ChainPlan.Split))).Id;
        await held.WaitForSyncPoint();
        await foreach (var status in engine.WatchAsync(id))
        {
            if (status.Pictures.Count < 2 || status.Bases.Count == 0)
                continue;
            Assert.Equal([0, 2], status.Pictures.Select(p => p.Index));
            Assert.Equal([1], status.Bases.Select(b => b.Index));
            break;
        }

        held.Continue();
        var ended = await EndAsync(engine, id);
        Assert.Equal((JobState.Completed, 0), (ended.State, ended.Bases.Count));
        Assert.Equal([0, 1, 2], ended.Pictures.Select(p => p.Index));
        Assert.Equal(["Enhance 1", "Find", "Find", "Generate 1", "RunChain 2"], stages.Calls.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StartAsync_StageThrowsSomethingElse_ShowsNoneOfItToTheUser()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, null, new InvalidOperationException("secret"));
        await using var engine = Engine(stages);
        var ended = await EndAsync(engine, (await engine.StartAsync(new GenerationJob([_request]))).Id);
        Assert.Equal(FaultKind.Internal, ended.Fault!.Kind);
        Assert.DoesNotContain("secret", ended.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchAsync_Job_ShowsStepsAndEnds()
    {
        var stages = new ConformanceStages();
        var held = stages.Hold(StageNames.RunChain, 0);
        await using var engine = Engine(stages);
        var id = (await engine.StartAsync(new GenerationJob([_request with { Count = 1 }]))).Id;
        await held.WaitForSyncPoint();
        var seen = new List<JobStatus>();
        await foreach (var status in engine.WatchAsync(id))
        {
            seen.Add(status);
            if (status.Progress.StepsDone == 4)
                held.Continue();
        }

        Assert.Contains(seen, s => s.Progress is { Steps: 4, StepsDone: 4, PicturesDone: 0 });
        Assert.Equal(JobState.Completed, seen[^1].State);
        Assert.DoesNotContain(seen.SkipLast(1), s => s.Ended);
    }

    [Fact]
    public async Task ResumeAsync_EngineEndedMidJob_GoesOnAfterTheLastFinishedCall()
    {
        var first = new ConformanceStages();
        var held = first.Hold(StageNames.RunChain, 2);
        string id;
        await using (var engine = Engine(first))
        {
            id = (await engine.StartAsync(new GenerationJob([_request], Labels: new Dictionary<string, string> { ["out"] = "x" }))).Id;
            await held.WaitForSyncPoint();
            await foreach (var status in engine.WatchAsync(id))
            {
                if (status.Pictures.Count == 2)
                    break;
            }
        }

        var second = new ConformanceStages();
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
        var stages = new ConformanceStages();
        var held = stages.Hold(StageNames.RunChain, 0);
        await using var owner = Engine(stages);
        var id = (await owner.StartAsync(new GenerationJob([_request]))).Id;
        await held.WaitForSyncPoint();

        await using (var other = Engine(new ConformanceStages()))
            Assert.Empty(await other.ResumeAsync());

        held.Continue();
        Assert.Equal(JobState.Completed, (await EndAsync(owner, id)).State);
    }

    [Fact]
    public async Task ResumeAsync_JobOfAnotherModel_IsLeftForIt()
    {
        var stages = new ConformanceStages();
        var held = stages.Hold(StageNames.RunChain, 0);
        await using (var engine = Engine(stages))
        {
            await engine.StartAsync(new GenerationJob([_request]));
            await held.WaitForSyncPoint();
        }

        await using (var other = Engine(new ConformanceStages { Capabilities = ConformanceStages.Tiny with { ModelDigest = "d2" } }))
            Assert.Empty(await other.ResumeAsync());
        await using var same = Engine(new ConformanceStages());
        Assert.Single(await same.ResumeAsync());
    }

    [Fact]
    public void Constructor_JournalIsNoDatabase_SaysWhatToDo()
    {
        File.WriteAllText(_folder.Combine("jobs.db"), string.Concat(Enumerable.Repeat("not a database ", 400)));
        var fault = Assert.Throws<FaultException>(() => Engine(new ConformanceStages()));
        Assert.Equal(FaultKind.DataLoss, fault.Kind);
        Assert.Contains("delete it", fault.Message, StringComparison.Ordinal);
    }

    private static ArtifactRef Image(string name) => new($"uploads/{name}.png", "image/png", 1, new string(name[0], 64));

    private EmbeddedEngine Engine(ConformanceStages stages, long seed = 1) => new(
        stages, new EmbeddedEngineOptions { Folder = _folder.Path, DrawSeed = () => seed }, _time, NullLogger<EmbeddedEngine>.Instance);

    private static async Task<JobStatus> EndAsync(EmbeddedEngine engine, string id)
    {
        JobStatus? last = null;
        await foreach (var status in engine.WatchAsync(id))
            last = status;
        return last!;
    }
}
