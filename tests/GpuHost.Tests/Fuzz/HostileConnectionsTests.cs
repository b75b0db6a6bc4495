using System.Net.Sockets;
using System.Text;
using Aigc.Contracts.Inference.V1;
using Grpc.Core;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Connections to the gRPC port that do not speak its protocol.</summary>
[Collection(FuzzCollection.Name)]
public sealed class HostileConnectionsTests(FuzzHost host)
{
    private const int Seed = 7;
    private const int Connections = 300;

    private static readonly TimeSpan _generous = TimeSpan.FromSeconds(60);
    private static readonly byte[] _preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static readonly byte[] _settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    [Fact]
    public async Task Connection_Garbage_IsEndedAndTheHostGoesOn()
    {
        var hung = new List<int>();
        await Parallel.ForEachAsync(
            Enumerable.Range(Seed, Connections),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (seed, _) =>
            {
                try
                {
                    await ExchangeAsync(Garbage(new Random(seed)), endsFirst: true);
                }
                catch (OperationCanceledException)
                {
                    lock (hung)
                        hung.Add(seed);
                }
            });
        Assert.True(hung.Count == 0, $"connections of these seeds were left open: {string.Join(", ", hung)}");
        await AssertServesAsync();
    }

    [Fact]
    public async Task Request_Http1_IsRefusedInHttp1()
    {
        var answer = await ExchangeAsync(Encoding.ASCII.GetBytes("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"), endsFirst: false);
        Assert.StartsWith("HTTP/1.1 400", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("/aigc.inference.v1.Inference/Nothing")]
    [InlineData("/aigc.inference.v2.Inference/Run")]
    public async Task Method_Unknown_IsUnimplemented(string name)
    {
        var bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.Unary, name.Split('/')[1], name.Split('/')[2], bytes, bytes);
        using var call = host.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, [1, 2, 3]);
        var fault = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, fault.StatusCode);
    }

    private static byte[] Garbage(Random random)
    {
        var noise = new byte[random.Next(1, 4000)];
        random.NextBytes(noise);
        return random.Next(4) switch
        {
            0 => noise,
            1 => _preface[..random.Next(1, _preface.Length)],
            2 => [.. _preface, .. noise],
            // A frame of a type that exists, on a stream of one's choice, whose length is right and whose content is not.
            _ =>
            [
                .. _preface, .. _settings,
                0, (byte)(noise.Length >> 8), (byte)noise.Length, (byte)random.Next(10), (byte)random.Next(256),
                0, 0, 0, (byte)random.Next(4),
                .. noise,
            ],
        };
    }

    // Sends, ends its own side where told to, and reads until the host has ended its side too.
    private async Task<byte[]> ExchangeAsync(byte[] bytes, bool endsFirst)
    {
        using var end = new CancellationTokenSource(_generous);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var answer = new MemoryStream();
        try
        {
            await socket.ConnectAsync(host.Address.Host, host.Address.Port, end.Token);
            await socket.SendAsync(bytes, end.Token);
            if (endsFirst)
                socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, end.Token) is > 0 and var read)
                answer.Write(buffer, 0, read);
        }
        catch (SocketException)
        {
            // A reset is an end as well.
        }

        return answer.ToArray();
    }

    private async Task AssertServesAsync()
    {
        var client = new Aigc.Contracts.Inference.V1.Inference.InferenceClient(host.Channel);
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + _generous;
        var described = await client.DescribeAsync(new DescribeRequest(), deadline: deadline);
        Assert.NotEmpty(described.Models);
    }
}
