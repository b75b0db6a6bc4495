using Aigc.FunctionsDurable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Functions.Tests.Surface;

public sealed class TimersAndEventsTests
{
    [Fact]
    public async Task CreateTimer_OnTheInjectedClock_FiresWhenItIsDue()
    {
        var clock = new FakeTimeProvider();
        await using var host = new DurableTestHost(new InMemoryDurableOptions { TimeProvider = clock });
        var running = host.Run(async context =>
        {
            var begun = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromMinutes(5), CancellationToken.None);
            return context.CurrentUtcDateTime - begun;
        });
        await host.Idle();

        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False((await host.Client.GetInstanceAsync("one"))!.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(TimeSpan.FromMinutes(5), (await running).ReadOutputAs<TimeSpan>());
    }

    [Fact]
    public async Task CreateTimer_Cancelled_ThrowsAndTheOrchestratorGoesOn()
    {
        await using var host = new DurableTestHost();

        var done = await host.Run(async context =>
        {
            using var end = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromDays(1), end.Token);
            await context.CallActivityAsync<int>("Double", 1);
            end.Cancel();
            return timer.IsCanceled;
        });

        Assert.True(done.ReadOutputAs<bool>());
    }

    [Fact]
    public async Task WaitForExternalEvent_CameBeforeItWasAwaited_IsBuffered()
    {
        await using var host = new DurableTestHost();
        host.Engine.AddOrchestrator("Main", async context =>
        {
            await context.WaitForExternalEvent<int>("first");
            return await context.WaitForExternalEvent<string>("SECOND");
        });
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("one"));

        await host.Client.RaiseEventAsync("one", "second", "early");
        await host.Client.RaiseEventAsync("one", "first", 1);

        Assert.Equal("early", (await host.Done("one")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_TimedOut_IsCancelled()
    {
        await using var host = new DurableTestHost(new InMemoryDurableOptions { FireTimersAtOnce = true });

        var done = await host.Run(async context =>
        {
            try
            {
                await context.WaitForExternalEvent<int>("never", TimeSpan.FromHours(1));
                return false;
            }
            catch (TaskCanceledException)
            {
                return true;
            }
        });

        Assert.True(done.ReadOutputAs<bool>());
    }

    [Fact]
    public async Task WaitForExternalEvent_PoisonedPayload_FailsTheInstance()
    {
        await using var host = new DurableTestHost();
        var running = host.Run(context => context.WaitForExternalEvent<int>("go"));
        await host.Idle();

        host.Engine.Inject("one", new HistoryEvent(HistoryEventKind.EventRaised, default) { Name = "go", Payload = "{not json" });

        var done = await running;
        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.Contains("Json", done.FailureDetails!.ErrorType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendEvent_ToAnotherInstance_ArrivesThere()
    {
        await using var host = new DurableTestHost();
        host.Engine.AddOrchestrator("Listener", context => context.WaitForExternalEvent<string>("hello"));
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Listener", new StartOrchestrationOptions("two"));

        await host.Run(context =>
        {
            context.SendEvent("two", "hello", context.InstanceId);
            return Task.FromResult(true);
        });

        Assert.Equal("one", (await host.Done("two")).ReadOutputAs<string>());
    }
}
