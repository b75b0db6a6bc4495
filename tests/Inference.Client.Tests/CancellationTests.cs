using Aigc.Artifacts;
using Aigc.TestKit;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests;

public sealed class CancellationTests : RemoteTest
{
    [Fact]
    public async Task RunChain_CancelledInMidCall_EndsTheJobOnItsHost()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync("job-7");
            await chain.ProgressAsync(1);
            await point.WaitToContinue(chain.Aborted);
        });
        using var cancel = new CancellationTokenSource();
        var running = RunAsync(Stages(host), 1, cancel.Token);
        await point.WaitForSyncPoint();
        await Progress.WaitFor(1, 0);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["job-7"], host.Cancels);
        Assert.Single(host.Runs);
    }

    [Fact]
    public async Task RunChain_CancelledBeforeTheHostNamedTheJob_WaitsForItsNameAndEndsIt()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.Scripts.Enqueue(async chain =>
        {
            await point.WaitToContinue(chain.Aborted);
            await chain.AcceptAsync("job-8");
            await chain.Host.Cancelled.Task.WaitAsync(chain.Aborted);
        });
        using var cancel = new CancellationTokenSource();
        var running = RunAsync(Stages(host), 1, cancel.Token);
        await point.WaitForSyncPoint();
        await cancel.CancelAsync();
        await Time.WaitForWait(TimeSpan.FromSeconds(2));
        point.Continue();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["job-8"], host.Cancels);
    }

    [Fact]
    public async Task RunChain_CancelledAndTheHostNeverNamesTheJob_GivesUpAfterTheLimit()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.Scripts.Enqueue(chain => point.WaitToContinue(chain.Aborted));
        using var cancel = new CancellationTokenSource();
        var running = RunAsync(Stages(host), 1, cancel.Token);
        await point.WaitForSyncPoint();
        await cancel.CancelAsync();
        await Time.WaitForWait(TimeSpan.FromSeconds(2));
        Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(host.Cancels);
    }

    [Fact]
    public async Task RunChain_CancelledAfterItsStreamWasCut_EndsTheJobThatWentOn()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync("cut-off");
            await chain.ProgressAsync(1);
            await Progress.WaitFor(1, 0);
            await chain.CutAsync();
        });
        using var cancel = new CancellationTokenSource();
        var running = RunAsync(Stages(host), 1, cancel.Token);
        await Time.WaitForWait(TimeSpan.FromMilliseconds(250));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["cut-off"], host.Cancels);
    }

    [Fact]
    public async Task RunChain_CancelledByAnotherOnTheHost_IsThatFaultAndNotRetried()
    {
        var (other, host) = (await HostAsync(), await HostAsync());
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            throw new RpcException(new Status(StatusCode.Cancelled, "the job was cancelled"));
        });
        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(other, host)));
        Assert.Equal((FaultKind.Cancelled, "the job was cancelled"), (fault.Kind, fault.Message));
        Assert.Empty(other.Runs);
    }

    [Fact]
    public async Task Understand_Cancelled_IsGivenUp()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.OnUnary = context => point.WaitToContinue(context.CancellationToken);
        using var cancel = new CancellationTokenSource();
        var running = Stages(host).UnderstandAsync(new Pipeline.Stages.UnderstandInput(["a"]), cancel.Token);
        await point.WaitForSyncPoint();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
