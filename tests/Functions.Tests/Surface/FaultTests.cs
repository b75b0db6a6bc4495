using Aigc.FunctionsDurable;
using Aigc.TestKit;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Tests.Surface;

public sealed class FaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_AfterEachEventInTurn_GivesTheSameResult(bool batch)
    {
        var (events, expected) = await RunAll(-1, batch);

        for (var at = 0; at < events; at++)
        {
            var (_, output) = await RunAll(at, batch);
            Assert.Equal(expected, output);
        }

        Assert.InRange(events, 20, 100);
        Assert.Equal("2 0,2,4 5 6 too many 100", expected);
    }

    [Fact]
    public async Task Restart_ActivityRunning_CancelsItAndRunsItAgain()
    {
        await using var host = new DurableTestHost();
        var point = new SyncPoint();
        host.Engine.AddActivity<int, int>("Slow", async (_, value, cancellationToken) =>
        {
            if (host.Engine.ActivityRuns("Slow") == 1)
            {
                await point.WaitToContinue(cancellationToken);
            }

            return value;
        });
        var running = host.Run(context => context.CallActivityAsync<int>("Slow", 8));
        await point.WaitForSyncPoint();

        host.Engine.Restart();

        Assert.Equal(8, (await running).ReadOutputAs<int>());
        Assert.Equal(2, host.Engine.ActivityRuns("Slow"));
    }

    [Theory]
    [InlineData(ActivityDelivery.Twice, 2)]
    [InlineData(ActivityDelivery.LostAndRunAgain, 3)]
    public async Task ActivityEnd_TwiceOrLost_TheOrchestratorSeesOne(ActivityDelivery delivery, int runs)
    {
        var ends = 0;
        await using var host = new DurableTestHost(new InMemoryDurableOptions
        {
            OnActivityEnd = (_, _) => ends++ == 0 ? delivery : ActivityDelivery.Once,
        });

        var done = await host.Run(async context =>
            await context.CallActivityAsync<int>("Double", 1) + await context.CallActivityAsync<int>("Double", 2));

        Assert.Equal(6, done.ReadOutputAs<int>());
        Assert.Equal(runs, host.Engine.ActivityRuns("Double"));
    }

    [Fact]
    public async Task Import_InAnotherEngine_GoesOnFromTheHistory()
    {
        await using var before = new DurableTestHost();
        await using var after = new DurableTestHost();
        foreach (var host in new[] { before, after })
        {
            host.Engine.AddOrchestrator("Main", async context =>
                await context.CallActivityAsync<int>("Double", 4) + await context.WaitForExternalEvent<int>("go"));
        }

        await before.Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("one"));
        await before.Idle();
        after.Engine.Import(before.Engine.Export());
        await after.Client.RaiseEventAsync("one", "go", 1);

        Assert.Equal(9, (await after.Done("one")).ReadOutputAs<int>());
        Assert.Equal(0, after.Engine.ActivityRuns("Double"));
    }

    // One of everything: a chain, a fan-out, a retry, a timer, a child, an event and a failure that is caught.
    private static async Task<(int Events, string Output)> RunAll(int restartAt, bool batch)
    {
        await using var host = new DurableTestHost(new InMemoryDurableOptions
        {
            FireTimersAtOnce = true,
            BatchEvents = batch,
            AfterEvent = point => point.Index == restartAt ? DurableFault.Restart : DurableFault.None,
        });
        var failures = 0;
        host.Engine.AddActivity<int, int>("FailOnce", (_, value, _) =>
            Interlocked.Increment(ref failures) == 1 ? throw new TimeoutException() : Task.FromResult(value));
        host.Engine.AddOrchestrator("Child", async context =>
        {
            var doubled = await context.CallActivityAsync<int>("Double", context.GetInput<int>());
            return doubled > 50 ? throw new InvalidOperationException("too many") : doubled;
        });
        var done = await host.Run(async context =>
        {
            context.SendEvent(context.InstanceId, "self", 100);
            var first = await context.CallActivityAsync<int>("Double", 1);
            context.SetCustomStatus(new { first });
            var many = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => context.CallActivityAsync<int>("Double", i)));
            var retried = 0;
            while (retried == 0)
            {
                try
                {
                    retried = await context.CallActivityAsync<int>("FailOnce", 5);
                }
                catch (TaskFailedException)
                {
                    await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
                }
            }

            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            var child = await context.CallSubOrchestratorAsync<int>("Child", 3);
            var failed = "";
            try
            {
                await context.CallSubOrchestratorAsync<int>("Child", 30);
            }
            catch (TaskFailedException error)
            {
                failed = error.FailureDetails.ErrorMessage;
            }

            var self = await context.WaitForExternalEvent<int>("self", TimeSpan.FromHours(1));
            return $"{first} {string.Join(',', many)} {retried} {child} {failed} {self}";
        });

        Assert.Equal(OrchestrationRuntimeStatus.Completed, done.RuntimeStatus);
        return (host.Engine.EventCount, done.ReadOutputAs<string>()!);
    }
}
