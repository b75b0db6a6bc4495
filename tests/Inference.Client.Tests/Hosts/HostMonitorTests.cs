using Aigc.Pipeline.Hosts;
using Aigc.TestKit;

namespace Aigc.Inference.Client.Tests.Hosts;

public sealed class HostMonitorTests : RemoteTest
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Look_HostsInEveryState_SaysHowEachIsInOrder()
    {
        var (up, loading, draining) = (await HostAsync(), await HostAsync(), await HostAsync());
        var (damaged, gone) = (await HostAsync(), await HostAsync());
        loading.Model.Loaded = false;
        draining.Load.Draining = true;
        damaged.Model.Fault = "it lacks a scheduler";
        await gone.KillAsync();

        var reports = await LookAsync(Stages(up, loading, draining, damaged, gone));

        Assert.Equal(
            [
                (up.Name, HostCondition.Up, null), (loading.Name, HostCondition.Loading, "its model is not in memory yet"),
                (draining.Name, HostCondition.Draining, "it is about to end"), (damaged.Name, HostCondition.Down, "it lacks a scheduler"),
                (gone.Name, HostCondition.Down, "connection refused"),
            ],
            reports.Select(report => (report.Name, report.State, report.Why)));
        Assert.Equal((2.5, 3, 2, 10), (reports[0].QueuedSeconds, reports[0].Running, reports[0].Waiting, reports[0].FreeRows));
        Assert.Equal(["CUDA 1"], reports[0].Devices);
        Assert.Equal((0, 0), (reports[4].QueuedSeconds, reports[4].Devices.Count));
    }

    [Fact]
    public async Task Look_ModelIsNamed_IsHeldAgainstThatModel()
    {
        var host = await HostAsync();
        host.Model.Loaded = false;
        var other = Stages(new RemoteStagesOptions { Watch = false, Hosts = [host.Address], Model = "sdxl" });
        var report = Assert.Single(await LookAsync(other));
        Assert.Equal((HostCondition.Down, "it has no model 'sdxl'"), (report.State, report.Why!));
    }

    [Fact]
    public async Task Look_ManyCallersWithinASecond_AskEachHostOnce()
    {
        var host = await HostAsync();
        var stages = Stages(host);

        var looks = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => LookAsync(stages)));
        await LookAsync(stages);

        Assert.Equal(["Describe", "WatchLoad"], host.Calls.Order());
        Assert.All(looks, look => Assert.Equal(HostCondition.Up, Assert.Single(look).State));
        Time.Advance(_second);
        await LookAsync(stages);
        Assert.Equal(["Describe", "Describe", "WatchLoad"], host.Calls.Order());
    }

    [Fact]
    public async Task Look_HostDoesNotAnswer_IsDownAfterTheLimitAndOneThatOnlyCannotDescribeItselfLoads()
    {
        var (hung, slow) = (await HostAsync(), await HostAsync());
        var (asked, never) = (new SyncPoint(), new TaskCompletionSource());
        hung.OnLoad = context => asked.WaitToContinue(context.CancellationToken);
        // Reading a large model for the first time.
        slow.OnDescribe = _ => never.Task;

        var look = LookAsync(Stages(hung, slow));
        await asked.WaitForSyncPoint();
        // What it told was heard: from there on it has half of the figures' life to tell more.
        await Time.WaitForWait(TimeSpan.FromSeconds(1.5));
        Assert.False(look.IsCompleted);
        Time.Advance(_second);
        var reports = await look;
        never.SetResult();

        Assert.Equal(
            [(HostCondition.Down, "no answer in time"), (HostCondition.Loading, "it does not say yet what its model can do")],
            reports.Select(report => (report.State, report.Why!)));
        Assert.Equal(3, reports[1].Running);
    }

    [Fact]
    public async Task Look_OneCallerLeaves_TheOthersAreAnswered()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.OnLoad = context => point.WaitToContinue(context.CancellationToken);
        var stages = Stages(host);
        using var leaving = new CancellationTokenSource();

        var first = stages.LookAsync(leaving.Token).AsTask();
        var second = LookAsync(stages);
        await point.WaitForSyncPoint();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        point.Continue();

        Assert.Equal(HostCondition.Up, Assert.Single(await second).State);
    }

    private static Task<IReadOnlyList<HostReport>> LookAsync(RemoteStages stages) => stages.LookAsync(CancellationToken.None).AsTask();
}
