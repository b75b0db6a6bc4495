using System.Net;
using System.Net.Sockets;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.TestKit;

namespace Aigc.Inference.Client.Tests;

/// <summary>What listens and is no host, or one that hangs, is slow at times or has another clock.</summary>
public sealed class StrangeHostTests : RemoteTest
{
    [Fact]
    public async Task Describe_NameIsUnknown_SaysSo()
    {
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stages = Stages(new RemoteStagesOptions
        {
            Source = HostSource.Parse("dns:///gpu-host.invalid:5001"),
            StartLimit = TimeSpan.FromSeconds(3),
            Report = message => said.TrySetResult(message),
        });
        var reported = await said.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.StartsWith("dns:///gpu-host.invalid:5001 cannot be looked up", reported, StringComparison.Ordinal);
        var describing = stages.DescribeAsync(CancellationToken.None).AsTask();
        await Time.WaitForWait(TimeSpan.FromSeconds(3));
        Time.Advance(TimeSpan.FromSeconds(3));
        var fault = await Assert.ThrowsAsync<FaultException>(() => describing);
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.StartsWith(
            "no host takes the call: dns:///gpu-host.invalid:5001 cannot be looked up", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunChain_OneHostAcceptsAndNeverAnswers_GoesToTheOther()
    {
        using var hung = Listen(out var address);
        var host = await HostAsync();
        var stages = Stages(new RemoteStagesOptions { Hosts = [address, host.Address] });
        var life = TimeSpan.FromSeconds(3);
        await Time.WaitForWait(life, 2);
        await Time.WaitForWait(life / 2);
        Time.Advance(life);
        await Time.WaitForWait(TimeSpan.FromMilliseconds(250));

        for (var i = 0; i < 4; i++)
            Assert.Single((await RunAsync(stages).WaitAsync(TimeSpan.FromSeconds(60))).Pictures);
        Assert.Equal(4, host.Runs.Count);
    }

    [Fact]
    public async Task Describe_OnlyHostAcceptsAndNeverAnswers_IsLostByItsPings()
    {
        using var hung = Listen(out var address);
        var second = TimeSpan.FromSeconds(1);
        var stages = Stages(new RemoteStagesOptions
        {
            Hosts = [address],
            KeepAliveDelay = second,
            KeepAliveTimeout = second,
            MaxLosses = 1,
            Watch = false,
        });
        var fault = await Assert.ThrowsAsync<FaultException>(
            () => stages.DescribeAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("the call was lost 1 times in a row, last by host", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("220 mail.example.org ESMTP ready at your service, and much more than a frame's head\r\n")]
    public async Task RunChain_OneHostAnswersGarbage_GoesToTheOther(string garbage)
    {
        using var listener = Listen(out var address);
        var talking = TalkAsync(listener, garbage);
        var host = await HostAsync();
        var stages = Stages(new RemoteStagesOptions { Hosts = [address, host.Address], Watch = false });

        for (var i = 0; i < 4; i++)
            Assert.Single((await RunAsync(stages).WaitAsync(TimeSpan.FromSeconds(60))).Pictures);
        Assert.Equal(4, host.Runs.Count);
        listener.Stop();
        await talking;
    }

    [Fact]
    public async Task Describe_OnlyHostAnswersGarbage_FailsAndNamesIt()
    {
        using var listener = Listen(out var address);
        var talking = TalkAsync(listener, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        var stages = Stages(new RemoteStagesOptions { Hosts = [address], MaxLosses = 1, Watch = false });
        var fault = await Assert.ThrowsAsync<FaultException>(
            () => stages.DescribeAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains(address.Authority, fault.Message, StringComparison.Ordinal);
        listener.Stop();
        await talking;
    }

    [Fact]
    public async Task RunChain_EveryTenthCallIsSlow_HoldsUpNoOther()
    {
        var host = await HostAsync();
        SyncPoint[] points = [new(), new()];
        foreach (var point in points)
        {
            for (var i = 0; i < 9; i++)
                host.Scripts.Enqueue(chain => chain.AnswerAsync());
            host.Scripts.Enqueue(async chain =>
            {
                await point.WaitToContinue(chain.Aborted);
                await chain.AnswerAsync();
            });
        }

        var stages = Stages(host);
        await stages.DescribeAsync(CancellationToken.None);
        var running = Enumerable.Range(0, 20).Select(_ => RunAsync(stages)).ToList();
        for (var i = 0; i < 18; i++)
            running.Remove(await Task.WhenAny(running).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.DoesNotContain(running, call => call.IsCompleted);
        Array.ForEach(points, point => point.Continue());
        await Task.WhenAll(running);
    }

    [Theory]
    [InlineData(1e12, -5e9, 7e9)]
    [InlineData(-1e12, 3e9, 2e9)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity)]
    public async Task RunChain_HostsClockIsAnother_SpansStayWithinTheCall(double total, double start, double end)
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.PictureAsync(0);
            await Progress.WaitFor(0, 1);
            Time.Advance(TimeSpan.FromMilliseconds(30));
            await chain.LedgerAsync(new Ledger
            {
                TotalMs = total,
                Spans = { new Span { Stage = Contracts.Inference.V1.Stage.Generate, StartMs = start, EndMs = end } },
            });
        });
        var span = Assert.Single((await RunAsync(Stages(host))).Spans);
        Assert.Equal(Pipeline.Stages.Stage.Generate, span.Stage);
        Assert.InRange(span.StartMs, 0, 30);
        Assert.InRange(span.EndMs, span.StartMs, 30);
    }

    // The system takes connections before anybody accepts them.
    private static TcpListener Listen(out Uri address)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        address = new Uri($"http://{listener.LocalEndpoint}");
        return listener;
    }

    private static async Task TalkAsync(TcpListener listener, string words)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(words));
                // Until the caller has had enough of it.
                await client.GetStream().CopyToAsync(Stream.Null);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
        {
            // Stopped, or cut off by its caller.
        }
    }
}
