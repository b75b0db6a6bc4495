using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Client.Tests;

/// <summary>Hosts that come and go while calls are made, and a client that ends.</summary>
public sealed class ChangingHostsTests : RemoteTest
{
    private static readonly TimeSpan _refresh = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(30);

    private string HostsFile => Path.Combine(Folder.Path, "hosts.txt");

    [Fact]
    public async Task RunChain_HostsByDns_AreFound()
    {
        var host = await HostAsync();
        var stages = Stages(From($"dns:///localhost:{host.Address.Port}"));
        Assert.Single((await RunAsync(stages)).Pictures);
        Assert.Equal([host.Name], (await stages.LookAsync(CancellationToken.None)).Select(report => report.Name));
    }

    [Fact]
    public async Task RunChain_HostLeavesTheFileInMidCall_FinishesTheCallAndGetsNoOther()
    {
        var (leaving, coming) = (await HostAsync(), await HostAsync());
        await WriteAsync(leaving);
        var stages = Stages(From($"file:{HostsFile}"));
        var (point, running) = await HeldCallAsync(stages, leaving);

        await WriteAsync(coming);
        await RefreshAsync(1);
        for (var i = 0; i < 3; i++)
            await RunAsync(stages);
        Assert.Equal((1, 3), (leaving.Runs.Count, coming.Runs.Count));
        point.Continue();
        Assert.Single((await running).Pictures);
        Assert.Equal((1, 3), (leaving.Runs.Count, coming.Runs.Count));
        Assert.Equal([coming.Name], (await stages.LookAsync(CancellationToken.None)).Select(report => report.Name));
    }

    [Fact]
    public async Task RunChain_HostLeftAndItsCallTakesTooLong_GoesOnElsewhereFromItsCheckpoint()
    {
        var (leaving, coming) = (await HostAsync(), await HostAsync());
        leaving.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.CheckpointAsync(0, 2);
            await chain.ProgressAsync(2);
            await Task.Delay(Timeout.Infinite, chain.Aborted);
        });
        await WriteAsync(leaving);
        var stages = Stages(From($"file:{HostsFile}") with { MaxLosses = 1 });
        var running = RunAsync(stages);
        await Progress.WaitFor(2, 0);

        await WriteAsync(coming);
        await RefreshAsync(1);
        await Time.WaitForWait(_drain);
        Time.Advance(_drain - _refresh);
        Assert.False(running.IsCompleted);
        Time.Advance(_refresh);

        Assert.Single((await running).Pictures);
        var second = Assert.Single(coming.Runs);
        Assert.True(second.Resume);
        Assert.NotEqual("", second.Pictures[0].Checkpoint);
    }

    [Fact]
    public async Task RunChain_HostIsListedAgainBeforeItsCallEnds_KeepsIt()
    {
        var (host, other) = (await HostAsync(), await HostAsync());
        await WriteAsync(host);
        var stages = Stages(From($"file:{HostsFile}"));
        var (point, running) = await HeldCallAsync(stages, host);
        await WriteAsync(other);
        await RefreshAsync(1);
        await WriteAsync(host);
        await RefreshAsync(2);
        Time.Advance(_drain);
        point.Continue();

        Assert.Single((await running).Pictures);
        Assert.Empty(other.Runs);
    }

    [Fact]
    public async Task RunChain_FileHasABadLine_KeepsTheLastHostsAndSaysWhich()
    {
        var host = await HostAsync();
        await WriteAsync(host);
        var reports = new List<string>();
        var stages = Stages(From($"file:{HostsFile}") with { Report = reports.Add });
        await stages.DescribeAsync(CancellationToken.None);

        await File.WriteAllTextAsync(HostsFile, $"{host.Name}\nnot a host\n");
        await RefreshAsync(1);
        Assert.Single((await RunAsync(stages)).Pictures);
        Assert.Equal(
            [
                $"file:{HostsFile}: line 2: host 'not a host' is not an address: write it as http://name:port; "
                + "the last list is kept, of 1 host",
            ],
            reports);
    }

    [Fact]
    public async Task RunChain_FirstHostComesWhileACallWaits_TakesIt()
    {
        var host = await HostAsync();
        var stages = Stages(From($"file:{HostsFile}"));
        var running = RunAsync(stages);
        await Time.WaitForWait(TimeSpan.FromMilliseconds(250));
        await WriteAsync(host);
        Time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Single((await running).Pictures);
    }

    [Fact]
    public async Task DisposeAsync_CallUnderWay_EndsByItselfAndNoneBegins()
    {
        var host = await HostAsync();
        var stages = Stages(host);
        var (point, running) = await HeldCallAsync(stages, host);
        var ending = stages.DisposeAsync().AsTask();

        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(stages));
        Assert.Equal((FaultKind.Unavailable, "this process is about to end and sends hosts no more calls"), (fault.Kind, fault.Message));
        Assert.False(ending.IsCompleted);
        point.Continue();
        Assert.Single((await running).Pictures);
        await ending;
    }

    [Fact]
    public async Task DisposeAsync_CallTakesTooLong_BreaksOff()
    {
        var host = await HostAsync();
        var stages = Stages(host);
        var (_, running) = await HeldCallAsync(stages, host);
        var ending = stages.DisposeAsync().AsTask();
        await Time.WaitForWait(_drain);
        Time.Advance(_drain);
        await ending;
        await Assert.ThrowsAsync<FaultException>(() => running);
    }

    private static RemoteStagesOptions From(string source) =>
        new() { Source = HostSource.Parse(source), HostRefresh = _refresh, DrainLimit = _drain, Watch = false };

    /// <summary>A call that the host has taken, and answers once the point goes on.</summary>
    private async Task<(SyncPoint Point, Task<ChainOutput> Running)> HeldCallAsync(RemoteStages stages, FakeHost host)
    {
        var point = new SyncPoint();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await point.WaitToContinue(chain.Aborted);
            await chain.AnswerAsync();
        });
        var running = RunAsync(stages);
        await point.WaitForSyncPoint();
        return (point, running);
    }

    private Task WriteAsync(FakeHost host) => File.WriteAllTextAsync(HostsFile, host.Name);

    private async Task RefreshAsync(int looks)
    {
        await Time.WaitForWait(_refresh, looks);
        Time.Advance(_refresh);
        await Time.WaitForWait(_refresh, looks + 1);
    }
}
