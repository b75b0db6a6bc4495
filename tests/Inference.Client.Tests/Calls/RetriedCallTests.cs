using Aigc.Inference.Client.Calls;
using Aigc.Inference.Client.Hosts;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Inference.Client.Tests.Calls;

public sealed class RetriedCallTests
{
    private readonly FakeTimeProvider _time = new();

    // Lost hosts stay untried for longer than an outage may last.
    private readonly RemoteStagesOptions _options = new()
    {
        Resilience = new() { Jitter = 0 },
        Hosts = [new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2")],
        CallsPerHost = 1,
        OutageLimit = TimeSpan.FromMinutes(2),
        FirstBackOff = TimeSpan.FromMinutes(3),
        LongestBackOff = TimeSpan.FromMinutes(3),
    };

    [Fact]
    public async Task RunAsync_WaitsLongForRoomBetweenTwoLosses_IsNotAnOutage()
    {
        using var pool = new HostPool(_options, _time);
        var busy = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = new RetriedCall(pool, _options, _time).RunAsync(
            host =>
            {
                host.Taken();
                return busy.Task;
            },
            CancellationToken.None);
        var (tries, lostTwice) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var call = new RetriedCall(pool, _options, _time).RunAsync(
            host =>
            {
                tries++;
                if (tries == 2)
                    lostTwice.SetResult();
                return tries < 3 ? throw Refused() : Task.FromResult(host.Host);
            },
            CancellationToken.None);

        _time.Advance(TimeSpan.FromMinutes(3));
        await lostTwice.Task;
        busy.SetResult(0);

        Assert.Equal(0, await call);
        Assert.Equal((3, 0), (tries, await other));
    }

    [Fact]
    public async Task RunAsync_CallInFrontOfTheLineGivesUp_TheNextGoesOn()
    {
        using var pool = new HostPool(_options, _time);
        TaskCompletionSource[] busy = [.. Enumerable.Range(0, 2).Select(_ => Signal())];
        Task[] holders = [.. busy.Select(hold => RunAsync(pool, hold.Task))];
        using var cancelled = new CancellationTokenSource();
        var front = RunAsync(pool, Task.CompletedTask, cancellationToken: cancelled.Token);
        var next = RunAsync(pool, Task.CompletedTask);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => front);
        busy[0].SetResult();
        await next;
        busy[1].SetResult();
        await Task.WhenAll(holders);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task RunAsync(HostPool pool, Task end, CancellationToken cancellationToken = default) =>
        new RetriedCall(pool, _options, _time).RunAsync(
            async host =>
            {
                host.Taken();
                await end;
                return 0;
            },
            cancellationToken);

    private static RpcException Refused() => new(new Status(
        StatusCode.Unavailable, "connection refused", new HttpRequestException(HttpRequestError.ConnectionError, "connection refused")));
}
