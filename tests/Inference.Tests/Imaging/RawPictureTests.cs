using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Imaging;

public sealed class RawPictureTests
{
    [Theory]
    [InlineData(255, 3)]
    [InlineData(254, 4)]
    public void Encode_AnyPicture_DecodesToItsPixels(byte alpha, int channels)
    {
        var picture = Draw(5, 3, alpha);
        var bytes = RawPicture.Encode(picture);
        Assert.Equal(20 + 15 * channels, bytes.Length);
        var read = RawPicture.Decode(bytes);
        Assert.Equal((5, 3), (read.Width, read.Height));
        Assert.Equal(picture.Rgba.ToArray(), read.Rgba.ToArray());
    }

    [Fact]
    public void Decode_Damaged_IsRefused()
    {
        var bytes = RawPicture.Encode(Draw(5, 3, 255));
        void Refused(params IEnumerable<byte> damaged) =>
            Assert.Equal(InferenceFault.BadRequest, Assert.Throws<InferenceException>(() => RawPicture.Decode(damaged.ToArray())).Kind);

        Refused(bytes[..^1]);
        Refused([.. bytes, 0]);
        Refused(bytes[..19]);
        Refused();
        foreach (var at in new[] { 0, 8, 12, 16 })
        {
            byte[] other = [.. bytes];
            other[at] ^= 0x80;
            Refused(other);
            if (at == 0)
                continue;
            // Beyond what an int can count, and below nothing.
            other = [.. bytes];
            other.AsSpan(at, 4).Fill(0x7f);
            Refused(other);
            other.AsSpan(at, 4).Fill(0xff);
            Refused(other);
        }
    }

    [Fact]
    public void Decode_MorePixelsThanAreTaken_IsRefused() =>
        Assert.Throws<InferenceException>(() => RawPicture.Decode(RawPicture.Encode(Draw(5, 3, 255)), maxPixels: 14));

    [Fact]
    public void EncodeAndDecode_AllocateTheirResultsAlone()
    {
        var picture = Draw(100, 100, 255);
        var bytes = RawPicture.Encode(picture);
        Assert.InRange(Allocations.Of(() => RawPicture.Encode(picture)), 30_000, 30_100);
        Assert.InRange(Allocations.Of(() => RawPicture.Decode(bytes)), 40_000, 40_200);
    }

    private static Picture Draw(int width, int height, byte alpha)
    {
        var rgba = new byte[width * height * 4];
        for (var i = 0; i < rgba.Length; i++)
            rgba[i] = i % 4 == 3 ? alpha : (byte)(i * 7);
        return new Picture(width, height, rgba);
    }
}
