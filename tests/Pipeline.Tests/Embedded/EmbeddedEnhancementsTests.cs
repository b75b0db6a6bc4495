using Aigc.Conformance;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Pipeline.Tests.Embedded;

public sealed class EmbeddedEnhancementsTests : IDisposable
{
    // Long past any real wait.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private static readonly GenerationJob _split = new([new GenerationRequest { Prompt = "a fox", Seed = 7 }], ChainPlan.Split);

    private readonly TempFolder _folder = new();
    private readonly ConformanceStages _stages = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Split_MoreThanAtOnce_ShowsItsBaseWhileItWaits()
    {
        var held = _stages.Hold(StageNames.Enhance);
        await using var engine = Open();
        var first = (await engine.StartAsync(_split)).Id;
        await held.WaitForSyncPoint();

        var second = (await engine.StartAsync(_split)).Id;
        var based = await ReachAsync(engine, second, status => status.Bases.Count == 1);

        Assert.Equal((JobState.Running, 0), (based.State, based.Progress.PicturesDone));
        Assert.Single(Enhanced());
        held.Continue();
        Assert.Equal(JobState.Completed, (await EndAsync(engine, first)).State);
        Assert.Equal(JobState.Completed, (await EndAsync(engine, second)).State);
        Assert.Equal(2, Enhanced().Count());
    }

    [Fact]
    public async Task Cancel_WaitingInTheQueue_IsNeverCarriedOutAndLetsTheOthersBy()
    {
        var held = _stages.Hold(StageNames.Enhance);
        await using var engine = Open();
        var first = (await engine.StartAsync(_split)).Id;
        await held.WaitForSyncPoint();
        var second = (await engine.StartAsync(_split)).Id;
        await ReachAsync(engine, second, status => status.Bases.Count == 1);
        var third = (await engine.StartAsync(_split)).Id;

        Assert.True(await engine.CancelAsync(second));
        var cancelled = await EndAsync(engine, second);
        held.Continue();

        Assert.Equal((JobState.Cancelled, 1), (cancelled.State, cancelled.Bases.Count));
        Assert.Equal(JobState.Completed, (await EndAsync(engine, first)).State);
        Assert.Equal(JobState.Completed, (await EndAsync(engine, third)).State);
        Assert.Equal(2, Enhanced().Count());
    }

    [Fact]
    public async Task Resume_ProcessLostWhileTwoWaited_EnhancesBothAndGeneratesNeitherAgain()
    {
        var held = _stages.Hold(StageNames.Enhance);
        await using var lost = Open();
        string[] ids = [(await lost.StartAsync(_split)).Id, (await lost.StartAsync(_split)).Id];
        await held.WaitForSyncPoint();
        foreach (var id in ids)
            await ReachAsync(lost, id, status => status.Bases.Count == 1);

        // What a process that dies here leaves behind.
        using var left = new TempFolder();
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "jobs.db*"))
            File.Copy(file, left.Combine(Path.GetFileName(file)));
        var stages = new ConformanceStages();
        await using (var next = EmbeddedUnderTest.Open(stages, left.Path))
        {
            Assert.Equal(2, (await next.ResumeAsync()).Count);
            foreach (var id in ids)
                Assert.Equal(JobState.Completed, (await EndAsync(next, id)).State);
        }

        Assert.Equal(["Enhance 0", "Enhance 0"], stages.Calls);
        held.Continue();
    }

    [Fact]
    public async Task Dispose_WhileTwoWait_LeavesThemToTheNextStart()
    {
        var held = _stages.Hold(StageNames.Enhance);
        string[] ids;
        await using (var engine = Open())
        {
            ids = [(await engine.StartAsync(_split)).Id, (await engine.StartAsync(_split)).Id];
            await held.WaitForSyncPoint();
            foreach (var id in ids)
                await ReachAsync(engine, id, status => status.Bases.Count == 1);
        }

        held.Continue();
        await using var next = Open();
        Assert.Equal(2, (await next.ResumeAsync()).Count);
        foreach (var id in ids)
            Assert.Equal(JobState.Completed, (await EndAsync(next, id)).State);
        Assert.Equal(2, _stages.Calls.Count(c => c.StartsWith("Generate", StringComparison.Ordinal)));
    }

    private IEnumerable<string> Enhanced() => _stages.Calls.Where(c => c.StartsWith("Enhance", StringComparison.Ordinal));

    private EmbeddedEngine Open() => new(
        _stages,
        new EmbeddedEngineOptions { Folder = _folder.Path, EnhanceAtOnce = 1 },
        TimeProvider.System,
        NullLogger<EmbeddedEngine>.Instance);

    private static Task<JobStatus> EndAsync(EmbeddedEngine engine, string id) => ReachAsync(engine, id, status => status.Ended);

    private static async Task<JobStatus> ReachAsync(EmbeddedEngine engine, string id, Func<JobStatus, bool> wanted)
    {
        using var limit = new CancellationTokenSource(_limit);
        await foreach (var status in engine.WatchAsync(id, limit.Token))
        {
            if (wanted(status))
                return status;
        }

        throw new InvalidOperationException("the job has ended and was never as wanted");
    }
}
