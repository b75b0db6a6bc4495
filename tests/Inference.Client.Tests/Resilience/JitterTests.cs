namespace Aigc.Inference.Client.Tests.Resilience;

public sealed class JitterTests : RemoteTest
{
    private static readonly TimeSpan _backOff = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Describe_TwoClientsLoseAHostTogether_ComeBackAtDifferentTimes()
    {
        var host = await HostAsync();
        await host.KillAsync();
        var (one, other) = (await FirstWaitAsync(host, 1), await FirstWaitAsync(host, 3));
        Assert.NotEqual(one, other);
        Assert.All([one, other], wait => Assert.InRange(wait, _backOff / 2, _backOff));
    }

    [Fact]
    public async Task RunChain_HostSaysWhenToRetry_IsKeptToExactly()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(_ => throw FakeHost.Refusal("1500"));
        var running = RunAsync(Stages(new RemoteStagesOptions { Hosts = [host.Address], Watch = false }, exact: false));
        await Time.WaitForWait(TimeSpan.FromMilliseconds(1500));
        Time.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.Single(host.Runs);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single((await running).Pictures);
    }

    private async Task<TimeSpan> FirstWaitAsync(FakeHost host, ulong seed)
    {
        var time = new SteppedTime();
        using var stages = new RemoteStages(
            Store, new RemoteStagesOptions { Hosts = [host.Address], Watch = false, Seed = seed }, time);
        using var end = new CancellationTokenSource();
        var describing = stages.DescribeAsync(end.Token).AsTask();
        var wait = await time.WaitForShortWait(_backOff);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => describing);
        return wait;
    }
}
