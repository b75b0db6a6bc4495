using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Inference.Client.Compression;
using Aigc.Pipeline.Stages;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Aigc.Inference.Client.Tests.Compression;

public sealed class CompressionTests : RemoteTest
{
    // What gRPC says of a call's messages, and what of them it may be answered with.
    private readonly ConcurrentQueue<(string Encoding, string Accepted)> _said = new();

    [Theory]
    [InlineData(MessageCompression.None, "", "identity")]
    [InlineData(MessageCompression.Gzip, "gzip", "identity,gzip")]
    [InlineData(MessageCompression.Zstd, "zstd", "identity,zstd")]
    public async Task Understand_LargeRequest_IsCompressedAsSet(MessageCompression compression, string encoding, string accepted)
    {
        var stages = await ListeningAsync(compression);
        string[] texts = [.. Enumerable.Range(0, 64).Select(static i => $"{i} red circles above a blue square")];

        var understood = await stages.UnderstandAsync(new UnderstandInput(texts), default);

        Assert.Equal((encoding, accepted), Assert.Single(_said));
        Assert.Equal(texts.Select(static text => PictureAddress.Embedding("d1", text)), understood.Embeddings.Select(static e => e.Name));
    }

    [Theory]
    [InlineData(MessageCompression.Gzip)]
    [InlineData(MessageCompression.Zstd)]
    public async Task Understand_SmallRequest_IsSentAsItIs(MessageCompression compression)
    {
        var stages = await ListeningAsync(compression);
        await stages.UnderstandAsync(new UnderstandInput(["a red circle"]), default);
        Assert.Equal("", Assert.Single(_said).Encoding);
    }

    [Fact]
    public async Task RunChain_LargeRequest_IsCompressedAndWhole()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(async chain =>
        {
            Note(chain.Context.GetHttpContext());
            await chain.AnswerAsync();
        });
        var stages = Stages(new RemoteStagesOptions { Hosts = [host.Address], Watch = false, Compression = MessageCompression.Zstd });

        var output = await RunAsync(stages, pictures: 32);

        Assert.Equal("zstd", Assert.Single(_said).Encoding);
        Assert.Equal(32, output.Pictures.Count);
        Assert.Equal(32, Assert.Single(host.Runs).Pictures.Count);
    }

    [Theory]
    [InlineData("none", MessageCompression.None)]
    [InlineData("GZIP", MessageCompression.Gzip)]
    [InlineData("zstd", MessageCompression.Zstd)]
    public void Parse_KnownWord_IsRead(string word, MessageCompression expected) => Assert.Equal(expected, CompressionWords.Parse(word));

    [Theory]
    [InlineData("brotli")]
    [InlineData("1")]
    [InlineData("")]
    public void Parse_OtherWord_IsRefusedWithThoseThereAre(string word)
    {
        var fault = Assert.Throws<FaultException>(() => CompressionWords.Parse(word));
        Assert.Equal($"compression '{word}' is unknown; known: none, gzip, zstd", fault.Message);
    }

    private async Task<RemoteStages> ListeningAsync(MessageCompression compression)
    {
        var host = await HostAsync();
        host.OnUnary = context =>
        {
            Note(context.GetHttpContext());
            return Task.CompletedTask;
        };
        return Stages(new RemoteStagesOptions { Hosts = [host.Address], Watch = false, Compression = compression });
    }

    private void Note(HttpContext context)
    {
        // Where nothing is listed behind identity, gRPC for .NET leaves the comma.
        _said.Enqueue((
            context.Request.Headers["grpc-encoding"].ToString(), context.Request.Headers["grpc-accept-encoding"].ToString().TrimEnd(',')));
    }
}
