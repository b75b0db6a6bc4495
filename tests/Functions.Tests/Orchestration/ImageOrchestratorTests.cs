using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Functions.Jobs;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Tests.Orchestration;

public sealed class ImageOrchestratorTests
{
    private const int MaxMessage = 16 * 1024;

    [Theory]
    [InlineData(null, "RunChain 0,1|RunChain 2,3|RunChain 4")]
    [InlineData(ChainPlan.Split, "Enhance 0,1|Enhance 2,3|Enhance 4|Find|Find|Find|Generate 0,1|Generate 2,3|Generate 4")]
    [InlineData(
        ChainPlan.Staged,
        "Enhance 0,1|Enhance 2,3|Enhance 4|Find|Find|Find|Generate 0,1|Generate 2,3|Generate 4|Understand a fox||Understand a fox||Understand a fox|")]
    public async Task Run_FivePictures_FanOutInGroupsOfTheBatch(ChainPlan? plan, string calls)
    {
        await using var host = new AppHost();

        var status = await host.RunAsync(TestJobs.Of(5, plan));

        Assert.Equal(JobState.Completed, status.State);
        Assert.Equal([7L, 8, 9, 10, 11], status.Pictures.Select(p => p.Seed));
        Assert.Equal([0, 1, 2, 3, 4], status.Pictures.Select(p => p.Index));
        Assert.Equal(plan ?? ChainPlan.Fused, status.Plan!.Plan);
        Assert.Equal(5, status.Progress.PicturesDone);
        Assert.NotNull(status.Ledger);
        Assert.Equal(calls, string.Join('|', host.Stages.Calls.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Run_OneFusedPicture_IsOneActivity()
    {
        await using var host = new AppHost();

        var status = await host.RunAsync(TestJobs.Of(1));

        Assert.Single(host.Durable.History(status.Id), e => e.Kind == HistoryEventKind.TaskScheduled);
    }

    [Theory]
    [InlineData(FaultKind.Overloaded, 7_000.0, 7)]
    [InlineData(FaultKind.Unavailable, null, 1)]
    [InlineData(FaultKind.Internal, null, 1)]
    [InlineData(FaultKind.DataLoss, null, 1)]
    public async Task Run_FaultThatPasses_WaitsAndTriesAgain(FaultKind kind, double? retryAfterMs, int seconds)
    {
        var stages = new ConformanceStages();
        var retryAfter = retryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : default(TimeSpan?);
        stages.Fail(StageNames.RunChain, 0, new FaultException(kind, "not now", retryAfter: retryAfter), times: 1);
        await using var host = new AppHost(stages);

        var status = await host.RunAsync(TestJobs.Of(1));

        Assert.Equal(JobState.Completed, status.State);
        Assert.Equal(2, host.Stages.Calls.Count);
        var timer = Assert.Single(host.Durable.History(status.Id), e => e.Kind == HistoryEventKind.TimerCreated);
        Assert.InRange((timer.FireAt!.Value - timer.Time).TotalSeconds, seconds - 1, seconds);
    }

    [Fact]
    public async Task Run_EnhancementOfItsOwnWaits_JobSaysSoOnceUntilItGoesOn()
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.Enhance, 0, new FaultException(FaultKind.Unavailable, "no host enhances"), times: 3);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var host = new AppHost(stages, new InMemoryDurableOptions { TimeProvider = time });

        var id = (await host.Engine.StartAsync(TestJobs.Of(1, ChainPlan.Split))).Id;
        await host.Durable.WhenIdle().WaitAsync(TimeSpan.FromSeconds(60));
        var waiting = (await host.Engine.GetStatusAsync(id))!;
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await host.Durable.WhenIdle().WaitAsync(TimeSpan.FromSeconds(60));
        }

        var status = await host.DoneAsync(id);

        Assert.Equal(["waiting: no host enhances"], waiting.Warnings);
        Assert.Single(waiting.Bases);
        Assert.Equal((JobState.Completed, 0), (status.State, status.Warnings.Count));
        Assert.Single(host.Durable.History(id), e => e.Kind == HistoryEventKind.EventRaised);
    }

    [Fact]
    public async Task Run_NoHostAnswers_WaitsAndSaysSoUntilOneDoes()
    {
        var there = false;
        var stages = new ConformanceStages { DescribeFault = () => Volatile.Read(ref there) ? null : new FaultException(FaultKind.Unavailable, "no host answers") };
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var host = new AppHost(stages, new InMemoryDurableOptions { TimeProvider = time });

        var id = (await host.Engine.StartAsync(TestJobs.Of(1))).Id;
        await host.Durable.WhenIdle().WaitAsync(TimeSpan.FromSeconds(60));
        var waiting = (await host.Engine.GetStatusAsync(id))!;
        Volatile.Write(ref there, true);
        time.Advance(TimeSpan.FromSeconds(2));
        var status = await host.DoneAsync(id);

        Assert.Equal(JobState.Running, waiting.State);
        Assert.Equal(["waiting: no host answers"], waiting.Warnings);
        Assert.Equal(JobState.Completed, status.State);
        Assert.Equal(2, host.Durable.ActivityRuns(JobNames.Plan));
    }

    [Theory]
    [InlineData(ChainPlan.Fused)]
    [InlineData(ChainPlan.Split)]
    [InlineData(ChainPlan.Staged)]
    public async Task Run_LargestRequests_NoMessageIsAbove16KiB(ChainPlan plan)
    {
        await using var host = new AppHost(
            new ConformanceStages { Truncating = 100, Capabilities = ConformanceStages.Tiny with { PreferredBatch = 64 } });

        var status = await host.RunAsync(TestJobs.Largest(plan, requests: 64, count: 1));

        Assert.Equal((JobState.Completed, 64), (status.State, status.Pictures.Count));
        Assert.All(status.Pictures.Index(), pair => Assert.Equal(pair.Index, pair.Item.Index));
        Assert.InRange(host.Durable.MaxMessageBytes, 2000, MaxMessage);
    }

    [Fact]
    public async Task Run_MostRequestsAndAllFail_NoMessageIsAbove16KiB()
    {
        var stages = new ConformanceStages();
        stages.Before((call, _) => throw new FaultException(FaultKind.BadRequest, call.Pictures[0].Prompt + new string('\u4e2d', 5000)));
        await using var host = new AppHost(stages);

        var status = await host.RunAsync(TestJobs.Largest(ChainPlan.Fused, JobPlanner.MaxRequests, count: 2));

        Assert.Equal((JobState.Failed, 256), (status.State, status.Failures.Count));
        Assert.InRange(host.Durable.MaxMessageBytes, 2000, MaxMessage);
    }
}
