using System.Text;
using Aigc.FunctionsDurable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Aigc.Functions.Tests.Surface;

public sealed class ReplayTests
{
    [Fact]
    public async Task Run_Chain_ReplaysInOrderAndLogsOnce()
    {
        await using var host = new DurableTestHost();
        List<bool> replaying = [];

        var done = await host.Run(async context =>
        {
            replaying.Add(context.IsReplaying);
            var logger = context.CreateReplaySafeLogger("test");
            Say(logger, "begin");
            var first = await context.CallActivityAsync<int>("Double", context.GetInput<int>());
            Say(logger, "between");
            var second = await context.CallActivityAsync<int>("Double", first);
            Say(logger, "end");
            return second;
        }, 5);

        Assert.Equal(20, done.ReadOutputAs<int>());
        Assert.Equal([false, true, true], replaying);
        Assert.Equal(["begin", "between", "end"], host.Log);
        Assert.Equal(
            [
                HistoryEventKind.ExecutionStarted, HistoryEventKind.TaskScheduled, HistoryEventKind.TaskCompleted,
                HistoryEventKind.TaskScheduled, HistoryEventKind.TaskCompleted, HistoryEventKind.ExecutionCompleted,
            ],
            host.Engine.History("one").Select(one => one.Kind).Where(kind => kind != HistoryEventKind.TurnStarted));
    }

    [Fact]
    public async Task Run_FanOut_GathersInCallOrder()
    {
        await using var host = new DurableTestHost();

        var done = await host.Run(context =>
            Task.WhenAll(Enumerable.Range(0, 20).Select(value => context.CallActivityAsync<int>("Double", value))));

        Assert.Equal(Enumerable.Range(0, 20).Select(value => value * 2), done.ReadOutputAs<int[]>()!);
        Assert.Equal(20, host.Engine.ActivityRuns("Double"));
    }

    [Fact]
    public async Task NewGuid_OverReplays_IsTheSameAndNeverTwice()
    {
        await using var host = new DurableTestHost();

        var done = await host.Run(async context =>
        {
            var (first, second) = (context.NewGuid(), context.NewGuid());
            await context.CallActivityAsync<string>("Echo", first.ToString());
            await context.CallActivityAsync<string>("Echo", second.ToString());
            return first == second;
        });

        Assert.Equal(OrchestrationRuntimeStatus.Completed, done.RuntimeStatus);
        Assert.False(done.ReadOutputAs<bool>());
    }

    [Theory]
    [InlineData("name")]
    [InlineData("kind")]
    [InlineData("fewer")]
    [InlineData("more")]
    [InlineData("input")]
    public async Task Run_OtherCodeOnReplay_FailsWithWhatDiffers(string change)
    {
        await using var host = new DurableTestHost();
        host.Engine.AddOrchestrator("Main", async context =>
        {
            await context.CallActivityAsync<int>("Double", 1);
            return await context.WaitForExternalEvent<int>("go");
        });
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("one"));
        await host.Idle();

        host.Engine.ReplaceOrchestrator("Main", async context =>
        {
            Task first = change switch
            {
                "name" => context.CallActivityAsync<string>("Echo", 1),
                "kind" => context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None),
                "fewer" => Task.CompletedTask,
                "input" => context.CallActivityAsync<int>("Double", 2),
                _ => Task.WhenAll(context.CallActivityAsync<int>("Double", 1), context.CallActivityAsync<int>("Double", 3)),
            };
            await first;
            return await context.WaitForExternalEvent<int>("go");
        });
        await host.Client.RaiseEventAsync("one", "go", 1);
        var done = await host.Done("one");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.True(done.FailureDetails!.IsCausedBy<NonDeterministicOrchestrationException>());
        Assert.Contains("On replay", done.FailureDetails.ErrorMessage, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_AwaitOfAnotherTask_FailsAndSaysSo(bool afterTheContext)
    {
        await using var host = new DurableTestHost();
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var running = host.Run(async context =>
        {
            var open = afterTheContext ? context.WaitForExternalEvent<int>("never") : null;
            await other.Task;
            return open is null;
        });
        other.SetResult();
        var done = await running;

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.True(done.FailureDetails!.IsCausedBy<InvalidOperationException>());
        Assert.Contains("context's own", done.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AwaitOffItsThread_Fails()
    {
        await using var host = new DurableTestHost();

        var done = await host.Run(async context =>
        {
            await context.CallActivityAsync<int>("Double", 1).ConfigureAwait(false);
            return await context.CallActivityAsync<int>("Double", 2);
        });

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.Contains("context's own", done.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnknownOrchestrator_Fails()
    {
        await using var host = new DurableTestHost();

        var done = await host.Run("Nobody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
    }

    [Fact]
    public async Task ContinueAsNew_WithEventsUnread_KeepsThemAndForgetsTheHistory()
    {
        await using var host = new DurableTestHost();
        host.Engine.AddOrchestrator("Main", async context =>
        {
            var round = context.GetInput<int>();
            var item = await context.WaitForExternalEvent<string>("item");
            await context.CallActivityAsync<string>("Echo", item);
            if (round < 2)
            {
                context.ContinueAsNew(round + 1);
            }

            return item;
        });
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Main", 0, new StartOrchestrationOptions("one"));
        foreach (var item in new[] { "a", "b", "c" })
        {
            await host.Client.RaiseEventAsync("one", "item", item);
        }

        var done = await host.Done("one");

        Assert.Equal("c", done.ReadOutputAs<string>());
        Assert.Single(host.Engine.History("one"), one => one.Kind == HistoryEventKind.TaskScheduled);
    }

    [Fact]
    public async Task Messages_EveryPayload_IsMeasuredInBytes()
    {
        await using var host = new DurableTestHost();
        var text = new string('x', 1000);

        await host.Run(async context =>
        {
            context.SetCustomStatus(new { Step = "größer" });
            return (await context.CallActivityAsync<string>("Echo", text)).Length;
        }, "in");

        Assert.Equal(1002, host.Engine.MaxMessageBytes);
        Assert.Contains(new RecordedMessage("ExecutionStarted", "Main", "one", 4), host.Engine.Messages);
        Assert.Contains(new RecordedMessage("TaskScheduled", "Echo", "one", 1002), host.Engine.Messages);
        Assert.Contains(new RecordedMessage("TaskCompleted", "Echo", "one", 1002), host.Engine.Messages);
        Assert.Contains(new RecordedMessage("ExecutionCompleted", "Main", "one", 4), host.Engine.Messages);
        var status = Assert.Single(host.Engine.Messages, one => one.Kind == "CustomStatus");
        Assert.Equal(Encoding.Unicode.GetByteCount("{\"Step\":\"gr\\u00F6\\u00DFer\"}"), status.Bytes);
    }

#pragma warning disable CA1848, CA2254 // A test's own line.
    private static void Say(ILogger logger, string line) => logger.LogInformation(line);
#pragma warning restore CA1848, CA2254
}
