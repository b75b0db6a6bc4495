using Aigc.FunctionsDurable;
using Aigc.TestKit;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Functions.Tests.Surface;

public sealed class ClientTests
{
    [Fact]
    public async Task Start_IdOfARunningInstance_IsRefusedAndOfAFinishedOneReplacesIt()
    {
        await using var host = Waiting();
        var again = new StartOrchestrationOptions("one");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", again);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", again));
        await host.Client.RaiseEventAsync("one", "go", 1);
        await host.Done("one");
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Wait", again.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed)));
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", again);

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync("one"))!.RuntimeStatus);
    }

    [Fact]
    public async Task RaiseEvent_UnknownInstance_IsNotFound()
    {
        await using var host = Waiting();

        var error = await Assert.ThrowsAsync<RpcException>(() => host.Client.RaiseEventAsync("nobody", "go", 1));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Start_AtALaterTime_IsPendingUntilThen()
    {
        var clock = new FakeTimeProvider();
        await using var host = Waiting(new InMemoryDurableOptions { TimeProvider = clock });
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Wait", new StartOrchestrationOptions("one", clock.GetUtcNow().AddMinutes(1)));

        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync("one"))!.RuntimeStatus);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True((await host.Client.GetInstanceAsync("one"))!.IsRunning);
    }

    [Fact]
    public async Task Terminate_ActivityRunning_EndsTheInstanceAndLeavesTheActivity()
    {
        await using var host = new DurableTestHost();
        var point = new SyncPoint();
        var ended = new TaskCompletionSource<bool>();
        host.Engine.AddActivity<int, int>("Slow", async (_, value, cancellationToken) =>
        {
            await point.WaitToContinue(CancellationToken.None);
            ended.SetResult(cancellationToken.IsCancellationRequested);
            return value;
        });
        var running = host.Run(context => context.CallActivityAsync<int>("Slow", 1));
        await point.WaitForSyncPoint();

        await host.Client.TerminateInstanceAsync("one", "enough");
        var done = await running;
        point.Continue();

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, done.RuntimeStatus);
        Assert.Equal("enough", done.ReadOutputAs<string>());
        Assert.False(await ended.Task);
    }

    [Fact]
    public async Task Terminate_Recursive_EndsTheChildToo()
    {
        await using var host = Waiting();
        var running = host.Run(context =>
            context.CallSubOrchestratorAsync<int>("Wait", 1));
        await host.Idle();
        var child = host.Client.GetAllInstancesAsync().ToBlockingEnumerable().Single(one => one.InstanceId != "one").InstanceId;

        await host.Client.TerminateInstanceAsync("one", new TerminateInstanceOptions(Recursive: true));

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await running).RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.Done(child)).RuntimeStatus);
    }

    [Fact]
    public async Task Suspend_EventComes_WaitsForResume()
    {
        await using var host = Waiting();
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("one"));

        await host.Client.SuspendInstanceAsync("one", "later");
        await host.Client.RaiseEventAsync("one", "go", 7);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.Client.GetInstanceAsync("one"))!.RuntimeStatus);
        await host.Client.ResumeInstanceAsync("one");

        Assert.Equal(7, (await host.Done("one")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Query_Pages_AndPurgeTakesOnlyTheFinished()
    {
        await using var host = Waiting();
        for (var i = 0; i < 5; i++)
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions($"i{i}"));
        }

        await host.Client.RaiseEventAsync("i1", "go", 1);
        await host.Client.RaiseEventAsync("i3", "go", 1);
        List<string> all = [];
        await foreach (var one in host.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: 2)))
        {
            all.Add(one.InstanceId);
        }

        Assert.Equal(["i0", "i1", "i2", "i3", "i4"], all);
        Assert.Equal(2, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter())).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("i1"));
        Assert.NotNull(await host.Client.GetInstanceAsync("i0"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.PurgeInstanceAsync("i0"));
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("i1")).PurgedInstanceCount);
    }

    [Fact]
    public async Task GetInstance_WithoutData_HasNoneAndSaysHowToGetIt()
    {
        await using var host = new DurableTestHost();
        await host.Run(_ => Task.FromResult(1), 2);

        var bare = await host.Client.GetInstanceAsync("one");

        Assert.Null(bare!.SerializedInput);
        Assert.Throws<InvalidOperationException>(() => bare.ReadOutputAs<int>());
    }

    private static DurableTestHost Waiting(InMemoryDurableOptions? options = null)
    {
        var host = new DurableTestHost(options);
        host.Engine.AddOrchestrator("Wait", context => context.WaitForExternalEvent<int>("go"));
        return host;
    }
}
