using System.IO.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Aigc.Compression.Tests;

public sealed class ZstdMessagesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public void Fold_AnyLength_UnfoldsToTheSame(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Assert.Equal(bytes, Unfold(Fold(bytes)));
    }

    [Fact]
    public void Fold_StreamOfTheCaller_IsLeftOpen()
    {
        var stream = new MemoryStream();
        new ZstdMessages().CreateCompressionStream(stream, CompressionLevel.Optimal).Dispose();
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public void Unfold_CutShort_Throws()
    {
        var folded = Fold(new byte[4000]);
        Assert.Throws<EndOfStreamException>(() => Unfold(folded[..^2]));
    }

    [Fact]
    public void Unfold_NoZstandard_Throws() => Assert.Throws<ZstdException>(() => Unfold([.. "no frame of it"u8]));

    [Fact]
    public void Unfold_FrameThatWantsALargeWindow_IsRefused()
    {
        using var compressor = new Compressor(1);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, 27);
        var folded = new MemoryStream();
        using (var stream = new CompressionStream(folded, compressor, leaveOpen: true))
            stream.Write(new byte[1000]);

        Assert.Throws<ZstdException>(() => Unfold(folded.ToArray()));
    }

    private static byte[] Fold(byte[] bytes)
    {
        var folded = new MemoryStream();
        using (var stream = new ZstdMessages().CreateCompressionStream(folded, CompressionLevel.Fastest))
            stream.Write(bytes);
        return folded.ToArray();
    }

    private static byte[] Unfold(byte[] folded)
    {
        var unfolded = new MemoryStream();
        using var stream = new ZstdMessages().CreateDecompressionStream(new MemoryStream(folded));
        stream.CopyTo(unfolded);
        return unfolded.ToArray();
    }
}
