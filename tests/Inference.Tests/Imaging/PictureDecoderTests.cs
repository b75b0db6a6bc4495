using System.Buffers.Binary;
using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;

namespace Aigc.Inference.Tests.Imaging;

public sealed class PictureDecoderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("this is no picture")]
    [InlineData("GIF89a\u0001\0\u0001\0\0\0\0;")]
    public void Decode_NoPicture_IsABadRequest(string text)
    {
        var fault = Assert.Throws<InferenceException>(() => PictureDecoder.Decode(System.Text.Encoding.Latin1.GetBytes(text)));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Contains("is not a PNG, JPEG or WebP file", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public void Decode_FileCutShort_IsABadRequest(string format)
    {
        var file = PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Parse(format));

        var fault = Assert.Throws<InferenceException>(() => PictureDecoder.Decode(file.AsSpan(0, file.Length / 2)));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
    }

    [Fact]
    public void Decode_MorePixelsThanAllowed_IsABadRequest()
    {
        var file = PictureEncoder.Encode(Drawings.Shapes(100, 50), PictureFormat.Png);

        Assert.Equal(100, PictureDecoder.Decode(file, maxPixels: 5000).Width);
        var fault = Assert.Throws<InferenceException>(() => PictureDecoder.Decode(file, maxPixels: 4999));
        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Contains("100x50", fault.Message, StringComparison.Ordinal);
    }

    // The corner that each EXIF orientation moves the stored top left to, seen in a picture whose top left is dark.
    [Theory]
    [InlineData(1, 24, 16, 0, 0)]
    [InlineData(2, 24, 16, 1, 0)]
    [InlineData(3, 24, 16, 1, 1)]
    [InlineData(4, 24, 16, 0, 1)]
    [InlineData(5, 16, 24, 0, 0)]
    [InlineData(6, 16, 24, 1, 0)]
    [InlineData(7, 16, 24, 1, 1)]
    [InlineData(8, 16, 24, 0, 1)]
    public void Decode_ExifOrientation_TurnsThePictureUpright(int orientation, int width, int height, int right, int bottom)
    {
        var stored = Drawings.Draw(24, 16, (x, y) => x < 8 && y < 8 ? (0, 0, 0, 255) : (250, 250, 250, 255));
        var file = JpegExif.Insert(PictureEncoder.Encode(stored, PictureFormat.Jpeg, 100), OrientationBlock(orientation));

        var picture = PictureDecoder.Decode(file);

        Assert.Equal((width, height), (picture.Width, picture.Height));
        for (var corner = 0; corner < 4; corner++)
        {
            var (x, y) = (corner % 2 * (width - 1), corner / 2 * (height - 1));
            var isDark = picture.Rgba.Span[(y * width + x) * Picture.BytesPerPixel] < 128;
            Assert.Equal((corner % 2, corner / 2) == (right, bottom), isDark);
        }
    }

    private static byte[] OrientationBlock(int orientation)
    {
        const ushort OrientationTag = 0x0112;
        const ushort ShortType = 3;
        var block = new byte[26];
        "MM\0*"u8.CopyTo(block);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(10), OrientationTag);
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(12), ShortType);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(14), 1);
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(18), (ushort)orientation);
        return block;
    }
}
