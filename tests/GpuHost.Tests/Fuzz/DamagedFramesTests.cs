using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Aigc.Compression;
using Aigc.Contracts.Inference.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>HTTP/2 requests whose gRPC frame, and not the message in it, is wrong.</summary>
[Collection(FuzzCollection.Name)]
public sealed class DamagedFramesTests(FuzzHost host)
{
    private const int Bomb = 32 << 20;

    private static readonly byte[] _message = new UnderstandRequest { Texts = { "a red circle" } }.ToByteArray();

    public static TheoryData<string, byte[], string?, StatusCode> Frames => new()
    {
        { "no frame", [], null, StatusCode.InvalidArgument },
        { "half a header", [0, 0], null, StatusCode.InvalidArgument },
        { "cut message", Frame(0, _message)[..^1], null, StatusCode.InvalidArgument },
        { "two messages", [.. Frame(0, _message), .. Frame(0, _message)], null, StatusCode.InvalidArgument },
        { "unknown flag", Frame(7, _message), null, StatusCode.InvalidArgument },
        { "length beyond int", [0, 0xff, 0xff, 0xff, 0xff, 1], null, StatusCode.InvalidArgument },
        { "length beyond the limit", [0, 0x7f, 0xff, 0xff, 0xff, 1], null, StatusCode.ResourceExhausted },
        { "compressed, no encoding", Frame(1, _message), null, StatusCode.InvalidArgument },
        { "compressed, unknown encoding", Frame(1, _message), "brotli", StatusCode.Unimplemented },
        { "no gzip", Frame(1, _message), "gzip", StatusCode.InvalidArgument },
        { "no deflate", Frame(1, _message), "deflate", StatusCode.InvalidArgument },
        { "gzip bomb", Frame(1, Gzip(new byte[Bomb])), "gzip", StatusCode.ResourceExhausted },
        { "gzip of what is no message", Frame(1, Gzip([0])), "gzip", StatusCode.InvalidArgument },
        { "sound gzip", Frame(1, Gzip(_message)), "gzip", StatusCode.OK },
        { "no zstd", Frame(1, _message), "zstd", StatusCode.InvalidArgument },
        { "zstd bomb", Frame(1, Zstd(new byte[Bomb])), "zstd", StatusCode.ResourceExhausted },
        { "zstd of what is no message", Frame(1, Zstd([0])), "zstd", StatusCode.InvalidArgument },
        { "sound zstd", Frame(1, Zstd(_message)), "zstd", StatusCode.OK },
        { "sound", Frame(0, _message), null, StatusCode.OK },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task Frame_Damaged_IsTheCallersFault(string what, byte[] body, string? encoding, StatusCode expected)
    {
        using var response = await SendAsync(body, encoding);
        var status = Only("grpc-status");
        Assert.True(status == $"{(int)expected}", $"{what}: {status} {Only("grpc-message")}");
        if (expected != StatusCode.OK)
            Assert.NotEqual("", Only("grpc-message"));

        string Only(string name) =>
            response.Headers.TryGetValues(name, out var values) || response.TrailingHeaders.TryGetValues(name, out values)
                ? Assert.Single(values)
                : "";
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Frame_Bomb_IsRefusedBeforeItIsWholeInMemory(string encoding)
    {
        var bomb = Frame(1, encoding == "gzip" ? Gzip(new byte[Bomb]) : Zstd(new byte[Bomb]));
        Assert.InRange(bomb.Length, 0, FuzzHost.MaxMessageBytes);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var response = await SendAsync(bomb, encoding);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Bomb / 4);
        Assert.Equal($"{(int)StatusCode.ResourceExhausted}", Assert.Single(response.Headers.GetValues("grpc-status")));
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, string? encoding)
    {
        using var client = new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromSeconds(60) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/aigc.inference.v1.Inference/Understand")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (encoding is not null)
            request.Headers.Add("grpc-encoding", encoding);
        var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return response;
    }

    private static byte[] Frame(byte flag, byte[] message)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static byte[] Zstd(byte[] message)
    {
        using var stream = new MemoryStream();
        using (var zstd = new ZstdMessages().CreateCompressionStream(stream, CompressionLevel.SmallestSize))
            zstd.Write(message);
        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] message)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.SmallestSize))
            gzip.Write(message);
        return stream.ToArray();
    }
}
