using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aigc.TestKit;
using Xunit.Abstractions;

namespace Aigc.EndToEnd.Tests.Serve;

/// <summary>Ten thousand requests that no client should send, over connections of their own.</summary>
public sealed class HostileRequestsTests(ITestOutputHelper output)
{
    private const int Requests = 10_000;
    private const int WarmUp = 2_000;
    private const int AtOnce = 8;
    private const int Seed = 20261125;

    // Garbage collection moves it up and down by as much; three kilobytes kept of each request would be more.
    private const long MostGrowth = 24 << 20;

    // Long past any answer here.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    // A request that is not whole is not answered: after this long the rest is said not to come.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Serve_TenThousandOfThem_AreAnsweredWithNoFaultOfTheServiceAndLeaveNothingBehind()
    {
        await using var server = await ServeProcess.StartReadyAsync();
        var draw = new HostileRequests(Seed);
        var answers = new ConcurrentDictionary<int, int>();

        await SendAsync(server, draw, WarmUp, answers);
        var (files, memory) = (OpenFiles(server), Resident(server));
        await SendAsync(server, draw, Requests - WarmUp, answers);

        output.WriteLine(string.Join(", ", answers.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}")));
        output.WriteLine($"resident {memory >> 20} MiB after {WarmUp}, {Resident(server) >> 20} MiB after all");
        Assert.Equal(Requests, answers.Values.Sum());
        // Not whole, or no HTTP at all.
        Assert.InRange(answers.GetValueOrDefault(0), 0, Requests / 4);
        Assert.InRange(OpenFiles(server), 0, files + AtOnce);
        Assert.InRange(Resident(server) - memory, long.MinValue, MostGrowth);
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
        using var alive = await server.Client.GetAsync(new Uri("healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(0, await server.EndAsync());
    }

    private static Task SendAsync(ServeProcess server, HostileRequests draw, int count, ConcurrentDictionary<int, int> answers) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count).Select(_ => draw.Next()),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (request, _) =>
            {
                var status = await SendAsync(server.Address, request);
                // The standard's own answer to a version of HTTP that there is not, and the caller's fault.
                if (status >= 500 && status != 505)
                    Assert.Fail($"answered {status}: {request}");
                answers.AddOrUpdate(status, 1, (_, so) => so + 1);
            });

    /// <returns>The answer's status; 0 where the server closed the connection without a word.</returns>
    private static async Task<int> SendAsync(Uri address, HostileRequest request)
    {
        using var limit = new CancellationTokenSource(_limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, limit.Token);
        var answer = new byte[16];
        var read = 0;
        try
        {
            await socket.SendAsync(request.Bytes, limit.Token);
            if (!request.IsWhole)
                socket.Shutdown(SocketShutdown.Send);
            while (read < answer.Length)
            {
                var more = socket.ReceiveAsync(answer.AsMemory(read), limit.Token).AsTask();
                if (request.IsWhole && await Task.WhenAny(more, Task.Delay(_patience, limit.Token)) != more)
                    socket.Shutdown(SocketShutdown.Send);
                if (await more is not (> 0 and var length))
                    break;
                read += length;
            }
        }
        catch (SocketException)
        {
            // It has read enough, and answered before the rest was sent; what it said may be lost with the connection.
        }

        var text = Encoding.ASCII.GetString(answer, 0, read);
        return text.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, 3), out var status) ? status : 0;
    }

    private static int OpenFiles(ServeProcess server) => Directory.GetFiles($"/proc/{server.Id}/fd").Length;

    private static long Resident(ServeProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.WorkingSet64;
    }
}
