using Aigc.Artifacts;
using Aigc.Pipeline.Stages;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests;

/// <summary>What becomes of a call that a host has no room for. Of two hosts the first is described and the second run.</summary>
public sealed class FullHostTests : RemoteTest
{
    [Fact]
    public async Task RunChain_OneHostIsFull_GoesToTheOtherAtOnce()
    {
        var (other, full) = (await HostAsync(), await HostAsync());
        full.Scripts.Enqueue(_ => throw FakeHost.Refusal("60000"));
        Assert.Single((await RunAsync(Stages(other, full))).Pictures);
        Assert.Single(full.Runs);
        Assert.Single(other.Runs);
        Assert.DoesNotContain(TimeSpan.FromMinutes(1), Time.Waits);
        Assert.False(Assert.Single(other.Runs).Pictures[0].HasStrength);
    }

    [Fact]
    public async Task RunChain_AllHostsAreFull_WaitsAsLongAsTheSoonestSaid()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        one.Scripts.Enqueue(_ => throw FakeHost.Refusal("1500"));
        two.Scripts.Enqueue(_ => throw FakeHost.Refusal("9000"));
        var running = RunAsync(Stages(one, two));
        await Time.WaitForWait(TimeSpan.FromMilliseconds(1500));
        Assert.Equal((1, 1), (one.Runs.Count, two.Runs.Count));
        Time.Advance(TimeSpan.FromMilliseconds(1500));

        var output = await running;

        Assert.Single(output.Pictures);
        Assert.Equal((2, 1), (one.Runs.Count, two.Runs.Count));
        Assert.Contains(new StageSpan(Stage.Queue, 0, 1500), output.Spans);
    }

    [Fact]
    public async Task RunChain_HostIsFullAndSaysNoTime_WaitsTheOptionsTime()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(_ => throw FakeHost.Refusal(null));
        var running = RunAsync(Stages(host));
        await Time.WaitForWait(TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single((await running).Pictures);
    }

    [Fact]
    public async Task RunChain_RetryInfoAlone_IsObeyed()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(_ => throw new Google.Rpc.Status
        {
            Code = (int)StatusCode.ResourceExhausted,
            Message = "the queue is full",
            Details =
            {
                Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.RetryInfo
                {
                    RetryDelay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(700)),
                }),
            },
        }.ToRpcException());
        var running = RunAsync(Stages(host));
        await Time.WaitForWait(TimeSpan.FromMilliseconds(700));
        Time.Advance(TimeSpan.FromMilliseconds(700));
        Assert.Single((await running).Pictures);
    }

    [Fact]
    public async Task RunChain_WaitWouldPassTheLimit_FailsAtOnceWithTheHostsMessage()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(_ => throw FakeHost.Refusal("700000"));
        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(host)));
        Assert.Equal(
            (FaultKind.Overloaded, "the queue is full", TimeSpan.FromMilliseconds(700000)), (fault.Kind, fault.Message, fault.RetryAfter!.Value));
        Assert.Single(host.Runs);
    }

    [Fact]
    public async Task RunChain_RequestGivesWay_FailsAtOnceWhereTheWaitWouldBeLong()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(_ => throw FakeHost.Refusal("2001"));
        var input = new ChainInput(Pictures(1)) { GivesWay = true };
        var fault = await Assert.ThrowsAsync<FaultException>(() => Stages(host).RunChainAsync(input, Progress, CancellationToken.None));
        Assert.Equal((FaultKind.Overloaded, "the queue is full"), (fault.Kind, fault.Message));
        Assert.Single(host.Runs);
    }

    [Fact]
    public async Task RunChain_HostSaysNeverToRetry_IsNotRetried()
    {
        var (other, full) = (await HostAsync(), await HostAsync());
        full.Scripts.Enqueue(_ => throw FakeHost.Refusal("-1"));
        Assert.Equal(FaultKind.Overloaded, (await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(other, full)))).Kind);
        Assert.Empty(other.Runs);
    }

    [Fact]
    public async Task RunChain_MoreCallsThanAHostIsGiven_WaitHereUntilOneEnds()
    {
        var host = await HostAsync();
        var point = new TestKit.SyncPoint();
        host.Scripts.Enqueue(async chain =>
        {
            await point.WaitToContinue(chain.Aborted);
            await chain.AnswerAsync();
        });
        var stages = Stages(new RemoteStagesOptions { Watch = false, Hosts = [host.Address], CallsPerHost = 1 });
        await stages.DescribeAsync(CancellationToken.None);
        var first = RunAsync(stages);
        await point.WaitForSyncPoint();
        var second = RunAsync(stages);
        Assert.Single(host.Runs);
        point.Continue();
        await Task.WhenAll(first, second);
        Assert.Equal(2, host.Runs.Count);
        // Beside each call's deadline.
        Assert.DoesNotContain(Time.Waits, wait => wait < TimeSpan.FromHours(6));
    }
}
