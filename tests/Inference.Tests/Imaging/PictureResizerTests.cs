using System.Security.Cryptography;
using Aigc.Inference.Imaging;

namespace Aigc.Inference.Tests.Imaging;

public sealed class PictureResizerTests
{
    [Fact]
    public void Cover_SizeItHas_IsThePictureItself()
    {
        var picture = Drawings.Shapes(40, 24);
        Assert.Same(picture, PictureResizer.Cover(picture, 40, 24));
    }

    [Theory]
    [InlineData(300, 200, 64, 64)]
    [InlineData(20, 30, 64, 128)]
    [InlineData(1000, 8, 8, 8)]
    [InlineData(1, 1, 16, 8)]
    [InlineData(64, 65, 64, 64)]
    public void Cover_AnySize_HasTheSizeAskedForAndKeepsAPlainColour(int width, int height, int toWidth, int toHeight)
    {
        var plain = Drawings.Draw(width, height, (_, _) => (200, 7, 90, 255));
        var resized = PictureResizer.Cover(plain, toWidth, toHeight);
        Assert.Equal((toWidth, toHeight), (resized.Width, resized.Height));
        for (var i = 0; i < resized.Rgba.Length; i += 4)
            Assert.Equal<byte>([200, 7, 90, 255], resized.Rgba.Slice(i, 4).ToArray());
    }

    [Theory]
    [InlineData(96, 32)]
    [InlineData(32, 96)]
    public void Cover_LongerPicture_KeepsTheMiddle(int width, int height)
    {
        // Red before the middle square, green in it, blue after it.
        var picture = Drawings.Draw(width, height, (x, y) => Third(width > height ? x : y));
        var resized = PictureResizer.Cover(picture, 16, 16);
        for (var y = 2; y < 14; y++)
        {
            for (var x = 2; x < 14; x++)
                Assert.Equal<byte>([0, 255, 0, 255], resized.Rgba.Slice((y * 16 + x) * 4, 4).ToArray());
        }

        static (int, int, int, int) Third(int at) => at < 32 ? (255, 0, 0, 255) : at < 64 ? (0, 255, 0, 255) : (0, 0, 255, 255);
    }

    [Fact]
    public void Cover_FineCheckerboardShrunk_IsGreyAndNoPattern()
    {
        var board = Drawings.Draw(500, 500, (x, y) => (x + y) % 2 == 0 ? (255, 255, 255, 255) : (0, 0, 0, 255));
        var resized = PictureResizer.Cover(board, 62, 62);
        for (var i = 0; i < resized.Rgba.Length; i += 4)
            Assert.InRange(resized.Rgba.Span[i], 124, 131);
    }

    [Fact]
    public void Cover_GrownRamp_StaysARamp()
    {
        var resized = PictureResizer.Cover(Drawings.Draw(32, 32, (x, _) => (x * 8, 0, 0, 255)), 128, 128);
        for (var x = 8; x < 120; x++)
            Assert.Equal((x + .5) / 4 * 8 - 4, resized.Rgba.Span[(64 * 128 + x) * 4], 0.51);
    }

    [Fact]
    public void Cover_SeeThroughNeighbour_LendsNoColour()
    {
        // Red that is opaque beside green that is wholly see-through.
        var picture = Drawings.Draw(64, 64, (x, _) => x % 4 < 2 ? (255, 0, 0, 255) : (0, 255, 0, 0));
        var resized = PictureResizer.Cover(picture, 16, 16);
        for (var i = 0; i < resized.Rgba.Length; i += 4)
        {
            Assert.Equal<byte>([255, 0], resized.Rgba.Slice(i, 2).ToArray());
            Assert.InRange(resized.Rgba.Span[i + 3], 100, 155);
        }
    }

    [Fact]
    public void Cover_Drawing_IsTheSameBytesOnEveryMachine()
    {
        var resized = PictureResizer.Cover(Drawings.Shapes(333, 217), 96, 128);
        var hash = Convert.ToHexStringLower(SHA256.HashData(resized.Rgba.Span));
        Assert.StartsWith("d412794feaf4a8a155623d72820b2795c313c749a", hash, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, -1)]
    public void Cover_NoSize_Throws(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureResizer.Cover(Drawings.Shapes(8, 8), width, height));
}
