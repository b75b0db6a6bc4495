using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.TestKit;

namespace Aigc.Functions.Tests.Orchestration;

public sealed class ImageOrchestratorTests
{
    private const int MaxMessage = 16 * 1024;

    [Theory]
    [InlineData(null, "RunChain 0:7,1:8|RunChain 2:9,3:10|RunChain 4:11")]
    [InlineData(ChainPlan.Split, "Enhance 0:7,1:8|Enhance 2:9,3:10|Enhance 4:11|Find|Find|Find|Generate 0:7,1:8|Generate 2:9,3:10|Generate 4:11")]
    [InlineData(
        ChainPlan.Staged,
        "Enhance 0:7,1:8|Enhance 2:9,3:10|Enhance 4:11|Find|Find|Find|Generate 0:7,1:8|Generate 2:9,3:10|Generate 4:11|Understand 2|Understand 2|Understand 2")]
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

    [Fact]
    public async Task Run_SplitPlan_ShowsBasesAndThenPictures()
    {
        var enhance = new SyncPoint();
        await using var host = new AppHost(new FakeStages
        {
            Before = (call, token) => call.StartsWith("Enhance", StringComparison.Ordinal) ? enhance.WaitToContinue(token) : Task.CompletedTask,
        });

        var id = (await host.Engine.StartAsync(TestJobs.Of(2, ChainPlan.Split))).Id;
        await enhance.WaitForSyncPoint();
        var during = (await host.Engine.GetStatusAsync(id))!;
        enhance.Continue();
        var after = await host.DoneAsync(id);

        Assert.Equal((JobState.Running, 2, 0), (during.State, during.Bases.Count, during.Pictures.Count));
        Assert.Equal((JobState.Completed, 0, 2), (after.State, after.Bases.Count, after.Pictures.Count));
        Assert.Equal(1, host.Durable.Client.GetAllInstancesAsync().ToBlockingEnumerable().Count(i => i.Name == JobNames.EnhanceOrchestrator));
    }

    [Fact]
    public async Task Run_OneGroupIsRefusedForGood_KeepsTheOthersAndSaysWhatIsMissing()
    {
        await using var host = new AppHost(new FakeStages
        {
            Before = (call, _) => call.Contains("2:9", StringComparison.Ordinal) ? throw new FaultException(FaultKind.BadRequest, "too \"odd\"\nhere") : Task.CompletedTask,
        });

        var status = await host.RunAsync(TestJobs.Of(5));

        Assert.Equal(JobState.Failed, status.State);
        Assert.Equal([0, 1, 4], status.Pictures.Select(p => p.Index));
        Assert.Equal([2, 3], status.Failures.Select(f => f.Index));
        Assert.Equal(new JobFault(FaultKind.BadRequest, "too \"odd\"\nhere"), status.Fault);
        Assert.Equal(3, host.Stages.Calls.Count);
    }

    [Theory]
    [InlineData(FaultKind.Overloaded, 7_000.0, 7)]
    [InlineData(FaultKind.Unavailable, null, 1)]
    [InlineData(FaultKind.Internal, null, 1)]
    [InlineData(FaultKind.DataLoss, null, 1)]
    public async Task Run_FaultThatPasses_WaitsAndTriesAgain(FaultKind kind, double? retryAfterMs, int seconds)
    {
        var failures = 0;
        await using var host = new AppHost(new FakeStages
        {
            Before = (_, _) => Interlocked.Increment(ref failures) == 1
                ? throw new FaultException(kind, "not now", retryAfter: retryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null)
                : Task.CompletedTask,
        });

        var status = await host.RunAsync(TestJobs.Of(1));

        Assert.Equal(JobState.Completed, status.State);
        Assert.Equal(2, host.Stages.Calls.Count);
        var timer = Assert.Single(host.Durable.History(status.Id), e => e.Kind == HistoryEventKind.TimerCreated);
        Assert.InRange((timer.FireAt!.Value - timer.Time).TotalSeconds, seconds - 1, seconds);
    }

    [Theory]
    [InlineData(FaultKind.Internal, 5)]
    [InlineData(FaultKind.NotFound, 1)]
    [InlineData(FaultKind.BadModel, 1)]
    public async Task Run_FaultThatStays_EndsAfterSoManyTries(FaultKind kind, int tries)
    {
        await using var host = new AppHost(new FakeStages { Before = (_, _) => throw new FaultException(kind, "broken") });

        var status = await host.RunAsync(TestJobs.Of(1));

        Assert.Equal((JobState.Failed, kind), (status.State, status.Fault!.Kind));
        Assert.Equal(tries, host.Stages.Calls.Count);
    }

    [Fact]
    public async Task Run_NoHostAnswers_WaitsAndSaysSoUntilOneDoes()
    {
        var there = false;
        var stages = new FakeStages { DescribeFault = () => Volatile.Read(ref there) ? null : new FaultException(FaultKind.Unavailable, "no host answers") };
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
    [InlineData(null)]
    [InlineData(ChainPlan.Split)]
    public async Task Cancel_CallUnderWay_ReachesItAndKeepsWhatIsDone(ChainPlan? plan)
    {
        var (under, ended) = (new SyncPoint(), new TaskCompletionSource());
        await using var host = new AppHost(new FakeStages
        {
            Before = async (call, token) =>
            {
                if (!call.Contains("2:9", StringComparison.Ordinal))
                    return;
                try
                {
                    await under.WaitToContinue(token);
                }
                catch (OperationCanceledException)
                {
                    ended.SetResult();
                    throw;
                }
            },
        });
        var id = (await host.Engine.StartAsync(TestJobs.Of(3, plan))).Id;
        await under.WaitForSyncPoint();
        while ((await host.Engine.GetStatusAsync(id))!.Pictures.Count < 2)
            await Task.Yield();

        Assert.True(await host.Engine.CancelAsync(id));
        var status = await host.DoneAsync(id);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(JobState.Cancelled, status.State);
        Assert.Equal([0, 1], status.Pictures.Select(p => p.Index));
        Assert.False(await host.Engine.CancelAsync(id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ChainPlan.Split)]
    [InlineData(ChainPlan.Staged)]
    public async Task Restart_AfterEachEventInTurn_GivesTheSameResult(ChainPlan? plan)
    {
        var (events, expected) = await RunWithRestartAsync(plan, -1);

        for (var at = 0; at < events; at++)
        {
            var (_, result) = await RunWithRestartAsync(plan, at);
            Assert.Equal(expected, result);
        }

        Assert.InRange(events, 6, 100);
    }

    [Theory]
    [InlineData(ChainPlan.Fused)]
    [InlineData(ChainPlan.Split)]
    [InlineData(ChainPlan.Staged)]
    public async Task Run_LargestRequests_NoMessageIsAbove16KiB(ChainPlan plan)
    {
        var stages = new FakeStages { Truncating = 100 };
        await using var host = new AppHost(new FakeStages { Truncating = 100, Capabilities = stages.Capabilities with { PreferredBatch = 64 } });

        var status = await host.RunAsync(TestJobs.Largest(plan, requests: 64, count: 1));

        Assert.Equal((JobState.Completed, 64), (status.State, status.Pictures.Count));
        Assert.All(status.Pictures.Index(), pair => Assert.Equal(pair.Index, pair.Item.Index));
        Assert.InRange(host.Durable.MaxMessageBytes, 2000, MaxMessage);
    }

    [Fact]
    public async Task Run_MostRequestsAndAllFail_NoMessageIsAbove16KiB()
    {
        await using var host = new AppHost(new FakeStages
        {
            Before = (call, _) => throw new FaultException(FaultKind.BadRequest, call + new string('\u4e2d', 5000)),
        });

        var status = await host.RunAsync(TestJobs.Largest(ChainPlan.Fused, JobPlanner.MaxRequests, count: 2));

        Assert.Equal((JobState.Failed, 256), (status.State, status.Failures.Count));
        Assert.InRange(host.Durable.MaxMessageBytes, 2000, MaxMessage);
    }

    private static async Task<(int Events, string Result)> RunWithRestartAsync(ChainPlan? plan, int at)
    {
        await using var host = new AppHost(options: new InMemoryDurableOptions
        {
            FireTimersAtOnce = true,
            AfterEvent = point => point.Index == at ? DurableFault.Restart : DurableFault.None,
        });
        var status = await host.RunAsync(TestJobs.Of(3, plan));
        Assert.Equal(JobState.Completed, status.State);
        return (host.Durable.EventCount, string.Join(' ', status.Pictures.Select(p => $"{p.Index} {p.Picture}")));
    }
}
