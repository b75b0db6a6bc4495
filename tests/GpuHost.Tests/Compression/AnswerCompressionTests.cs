using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Aigc.Compression;
using Aigc.Contracts.Inference.V1;
using Google.Protobuf;
using Grpc.Net.Compression;

namespace Aigc.GpuHost.Tests.Compression;

/// <summary>What is on the wire: the answers of the real host, byte by byte.</summary>
public sealed class AnswerCompressionTests : IAsyncLifetime
{
    private const string Understand = "Inference/Understand";

    private static readonly UnderstandRequest _many = new() { Texts = { Enumerable.Range(0, 16).Select(static i => $"{i} red circles") } };

    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("identity,zstd", "zstd")]
    [InlineData("identity,gzip,deflate", "gzip")]
    [InlineData("gzip, zstd", "zstd")]
    public async Task Answer_LargeToOneWhoReadsIt_IsCompressed(string accepted, string encoding)
    {
        var answer = await SendAsync(Understand, _many, accepted);

        Assert.Equal((encoding, true), (answer.Encoding, answer.Compressed));
        var plain = Unfolded(answer);
        Assert.Equal(16, UnderstandResponse.Parser.ParseFrom(plain).Embeddings.Count);
        // References are hashes for the most part, and those do not repeat.
        Assert.InRange(answer.Message.Length, 1, plain.Length * 4 / 5);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("brotli")]
    public async Task Answer_LargeToOneWhoReadsNothingElse_IsPlain(string? accepted)
    {
        var answer = await SendAsync(Understand, _many, accepted);
        Assert.False(answer.Compressed);
        Assert.Equal(16, UnderstandResponse.Parser.ParseFrom(answer.Message).Embeddings.Count);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip")]
    public async Task Answer_Small_IsPlain(string accepted)
    {
        var answer = await SendAsync(Understand, new UnderstandRequest { Texts = { "a red circle" } }, accepted);
        Assert.False(answer.Compressed);
        Assert.Single(UnderstandResponse.Parser.ParseFrom(answer.Message).Embeddings);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip")]
    public async Task Answer_Picture_IsNeverCompressed(string accepted)
    {
        var request = new GenerateImageRequest { Prompt = "a red circle", Width = 64, Height = 64 };
        var answer = await SendAsync("ImageGenerator/GenerateImage", request, accepted);
        Assert.False(answer.Compressed);
        Assert.InRange(GenerateImageResponse.Parser.ParseFrom(answer.Message).ImageData.Length, 1024, int.MaxValue);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip")]
    public async Task Stream_LargeAndSmallMessages_AreEachAsTheyShouldBe(string accepted)
    {
        var run = new RunRequest { Pictures = { Enumerable.Range(0, 24).Select(static seed => Calls.Picture(seed, steps: 1)) } };
        var answers = await SendAllAsync("Inference/Run", run, accepted);

        Assert.All(answers, answer => Assert.Equal(accepted, answer.Encoding));
        var events = answers.Select(static answer => RunResponse.Parser.ParseFrom(Unfolded(answer)).Event).ToArray();
        Assert.Equal(24, events.Pictures().Length);
        Assert.All(answers.Zip(events), static pair => Assert.Equal(Plain(pair.Second) >= 1024, pair.First.Compressed));
        // With a span for each stage of each picture, the ledger is the large one.
        Assert.True(answers[^1].Compressed);
        Assert.NotNull(events[^1].Ledger);

        static int Plain(ChainEvent next) => new RunResponse { Event = next }.CalculateSize();
    }

    private static byte[] Unfolded(Answer answer)
    {
        if (!answer.Compressed)
            return answer.Message;
        ICompressionProvider provider = answer.Encoding == "zstd" ? new ZstdMessages() : new GzipCompressionProvider(CompressionLevel.Fastest);
        using var stream = provider.CreateDecompressionStream(new MemoryStream(answer.Message));
        var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    private async Task<Answer> SendAsync(string method, IMessage request, string? accepted) =>
        Assert.Single(await SendAllAsync(method, request, accepted));

    private async Task<List<Answer>> SendAllAsync(string method, IMessage request, string? accepted)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{_host.Channel.Target}"), Timeout = TimeSpan.FromSeconds(60) };
        var body = request.ToByteArray();
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame, 5);
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/aigc.inference.v1.{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (accepted is not null)
            message.Headers.Add("grpc-accept-encoding", accepted);
        using var response = await client.SendAsync(message);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        var encoding = response.Headers.TryGetValues("grpc-encoding", out var values) ? Assert.Single(values) : "identity";
        var answers = new List<Answer>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 1));
            answers.Add(new Answer(encoding, bytes[at] == 1, bytes[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }

        return answers;
    }

    private sealed record Answer(string Encoding, bool Compressed, byte[] Message);
}
