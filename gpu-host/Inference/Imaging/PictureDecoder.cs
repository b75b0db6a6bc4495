using Aigc.Inference.Faults;
using SkiaSharp;

namespace Aigc.Inference.Imaging;

/// <summary>Reads picture files: PNG, JPEG and WebP.</summary>
public static class PictureDecoder
{
    /// <summary>The most pixels where the caller sets no other bound: 16 million, 64 MB decoded.</summary>
    public const int DefaultMaxPixels = 16 * 1024 * 1024;

    /// <summary>Decodes a file to sRGB, turned upright as its EXIF orientation asks.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="maxPixels">A file may be small and its picture huge; more pixels are refused before any memory is taken for
    /// them.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: no such file, a damaged one, or too large a
    /// picture.</exception>
    public static Picture Decode(ReadOnlySpan<byte> file, int maxPixels = DefaultMaxPixels)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp))
            throw Bad("is not a PNG, JPEG or WebP file");
        if ((long)codec.Info.Width * codec.Info.Height > maxPixels)
            throw Bad($"has {codec.Info.Width}x{codec.Info.Height} pixels, more than {maxPixels} in all; make it smaller");

        using var srgb = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, srgb);
        if (codec.GetPixels(info, out var rgba) != SKCodecResult.Success) throw Bad("is damaged or cut short; send it again");
        return Upright(new Picture(info.Width, info.Height, rgba), codec.EncodedOrigin);
    }

    // The eight orientations of EXIF are a transposition or none, then each axis mirrored or not.
    private static Picture Upright(Picture picture, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft) return picture;

        var transposed = origin >= SKEncodedOrigin.LeftTop;
        var fromRight = origin
            is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var fromBottom = origin
            is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (width, height) = transposed ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        var source = picture.Rgba.Span;
        var rgba = new byte[source.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row) = (fromRight ? width - 1 - x : x, fromBottom ? height - 1 - y : y);
                var pixel = transposed ? column * picture.Width + row : row * picture.Width + column;
                source.Slice(pixel * Picture.BytesPerPixel, Picture.BytesPerPixel)
                    .CopyTo(rgba.AsSpan((y * width + x) * Picture.BytesPerPixel));
            }
        }

        return new Picture(width, height, rgba);
    }

    private static InferenceException Bad(string fault) => new(InferenceFault.BadRequest, $"the picture {fault}");
}
