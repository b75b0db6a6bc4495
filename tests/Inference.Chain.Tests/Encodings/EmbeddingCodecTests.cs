using System.Runtime.InteropServices;
using Aigc.Inference.Chain.Encodings;
using Aigc.Inference.Faults;
using Aigc.Inference.Prompts;
using Aigc.TestKit;

namespace Aigc.Inference.Chain.Tests.Encodings;

public sealed class EmbeddingCodecTests : IDisposable
{
    private readonly EmbeddingCodec _codec = new();

    public void Dispose() => _codec.Dispose();

    [Fact]
    public void Write_NumbersThatDoNotRepeat_AreHalves()
    {
        var embedding = Noise(1000);
        var (mediaType, bytes) = _codec.Write(embedding);
        Assert.Equal((EmbeddingCodec.Halves, 2000), (mediaType, bytes.Length));
        Assert.Equal(embedding, _codec.Read(mediaType, bytes, embedding.Length));
    }

    [Fact]
    public void Write_NumbersThatRepeat_AreFolded()
    {
        float[] row = Noise(100);
        float[] embedding = [.. Enumerable.Repeat(row, 20).SelectMany(static numbers => numbers)];
        var (mediaType, bytes) = _codec.Write(embedding);
        Assert.Equal(EmbeddingCodec.FoldedHalves, mediaType);
        Assert.InRange(bytes.Length, 1, 500);
        Assert.Equal(embedding, _codec.Read(mediaType, bytes, embedding.Length));
    }

    [Fact]
    public void Write_ANumberBeyondFloat16_KeepsThemAll()
    {
        float[] embedding = [1 / 3f, 70_000, -0f];
        var (mediaType, bytes) = _codec.Write(embedding);
        Assert.Equal(EmbeddingCodec.Singles, mediaType);
        Assert.Equal(embedding, _codec.Read(mediaType, bytes, 3));
    }

    [Fact]
    public void Read_OfTheFirstRelease_IsRounded()
    {
        float[] embedding = [1 / 3f, -1e-9f];
        Assert.Equal([(float)(Half)(1 / 3f), 0], _codec.Read(EmbeddingCodec.Singles, MemoryMarshal.AsBytes(embedding.AsSpan()), 2));
    }

    [Theory]
    [InlineData(EmbeddingCodec.Singles, 2000)]
    [InlineData(EmbeddingCodec.Singles, 4001)]
    [InlineData(EmbeddingCodec.Halves, 4000)]
    [InlineData(EmbeddingCodec.FoldedHalves, 2000)]
    [InlineData(EmbeddingCodec.FoldedHalves, 0)]
    [InlineData("image/png", 2000)]
    public void Read_OtherThanItSays_IsRefused(string mediaType, int bytes) =>
        Assert.Equal(InferenceFault.BadRequest, Assert.Throws<InferenceException>(() => _codec.Read(mediaType, new byte[bytes], 1000)).Kind);

    [Theory]
    [InlineData(999)]
    [InlineData(1001)]
    [InlineData(1)]
    public void Read_FoldedOfAnotherLength_IsRefused(int length)
    {
        var (mediaType, bytes) = _codec.Write(new float[1000]);
        Assert.Equal(EmbeddingCodec.FoldedHalves, mediaType);
        Assert.Equal(InferenceFault.BadRequest, Assert.Throws<InferenceException>(() => _codec.Read(mediaType, bytes, length)).Kind);
    }

    [Fact]
    public void WriteAndRead_AllocateTheirResultsAlone()
    {
        var embedding = Noise(10_000);
        var bytes = _codec.Write(embedding).Bytes;
        // An array's header, and what rounds it up.
        const int Spare = 64;
        Assert.InRange(Allocations.Of(() => _codec.Write(embedding)), 20_000, 20_000 + Spare);
        Assert.InRange(Allocations.Of(() => _codec.Read(EmbeddingCodec.Halves, bytes, 10_000)), 40_000, 40_000 + Spare);
        var folded = _codec.Write(new float[10_000]).Bytes;
        Assert.InRange(Allocations.Of(() => _codec.Read(EmbeddingCodec.FoldedHalves, folded, 10_000)), 40_000, 40_000 + Spare);
    }

    private static float[] Noise(int length)
    {
        var random = new Random(length);
        float[] numbers = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 8 - 4)];
        Assert.True(EmbeddingPrecision.Round(numbers));
        return numbers;
    }
}
