using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Hosts.Sources;

namespace Aigc.Inference.Client.Tests.Hosts.Sources;

public sealed class HostFollowerTests : IDisposable
{
    private static readonly TimeSpan _refresh = TimeSpan.FromSeconds(7);

    private readonly SteppedTime _time = new();
    private readonly ConcurrentQueue<string> _reports = new();
    private readonly RemoteStagesOptions _options;
    private readonly HostPool _pool;
    private Func<IPAddress[]> _resolve = () => [];

    public HostFollowerTests()
    {
        _options = new RemoteStagesOptions
        {
            Resilience = new() { Jitter = 0 },
            Source = new DnsHosts("gpu", 1) { Resolve = (_, _) => Task.FromResult(_resolve()) },
            HostRefresh = _refresh,
            Report = _reports.Enqueue,
            Watch = false,
        };
        _pool = new HostPool(_options, _time);
    }

    public void Dispose() => _pool.Dispose();

    [Fact]
    public async Task Run_ListChanges_HostsComeAndGo()
    {
        _resolve = () => [IPAddress.Parse("10.0.0.1")];
        using var follower = new HostFollower(_options.Source!, _pool, _options, _time);
        var running = follower.RunAsync();
        Assert.Equal(["http://10.0.0.1:1"], Names());

        _resolve = () => [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")];
        await StepAsync(1);
        Assert.Equal(["http://10.0.0.1:1", "http://10.0.0.2:1"], Names());
        _resolve = () => [IPAddress.Parse("10.0.0.2")];
        await StepAsync(2);
        Assert.Equal(["http://10.0.0.2:1"], Names());
        follower.Dispose();
        await running;
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task Run_LookUpFails_KeepsTheLastListAndSaysSoOnce()
    {
        _resolve = () => [IPAddress.Parse("10.0.0.1")];
        using var follower = new HostFollower(_options.Source!, _pool, _options, _time);
        var running = follower.RunAsync();

        _resolve = () => throw new SocketException((int)SocketError.TryAgain);
        await StepAsync(1);
        await StepAsync(2);
        Assert.Equal(["http://10.0.0.1:1"], Names());
        Assert.Equal(
            ["dns:///gpu:1 cannot be looked up (TryAgain): see that the name is right; the last list is kept, of 1 host"], _reports);
        _resolve = () => [IPAddress.Parse("10.0.0.3")];
        await StepAsync(3);
        Assert.Equal(["http://10.0.0.3:1"], Names());
        Assert.Equal("dns:///gpu:1 can be read again: 1 host", _reports.Last());
        follower.Dispose();
        await running;
    }

    [Fact]
    public async Task Run_NothingIsKnownYet_AsksSoonerThanLater()
    {
        using var follower = new HostFollower(_options.Source!, _pool, _options, _time);
        var running = follower.RunAsync();
        await _time.WaitForWait(TimeSpan.FromMilliseconds(250));
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await _time.WaitForWait(TimeSpan.FromMilliseconds(500));
        Assert.Contains("no host takes the call: dns:///gpu:1 has no address", _pool.Outage().Message, StringComparison.Ordinal);
        _resolve = () => [IPAddress.Parse("10.0.0.1")];
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await _time.WaitForWait(_refresh);
        Assert.Equal(["http://10.0.0.1:1"], Names());
        follower.Dispose();
        await running;
    }

    private IEnumerable<string> Names() => _pool.Hosts.Select(host => host.Name);

    private async Task StepAsync(int looks)
    {
        await _time.WaitForWait(_refresh, looks);
        _time.Advance(_refresh);
        await _time.WaitForWait(_refresh, looks + 1);
    }
}
