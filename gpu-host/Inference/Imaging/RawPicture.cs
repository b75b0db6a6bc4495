using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Imaging;

/// <summary>
/// Pictures as their plain pixels, for the next stage alone: no viewer opens them, but nothing is spent on folding and unfolding what is read
/// once. Measured by <c>benchmarks -- size</c> at 512x512: some twice the bytes of PNG, and a fifth of its time to write and read.
/// </summary>
/// <remarks>
/// Its bytes: the eight of "AIGCRGB1", then little-endian int32 width, height and channels, then row after row from the top. Three channels,
/// red, green and blue, where the picture is opaque throughout, as generated ones are; otherwise alpha is the fourth.
/// </remarks>
public static class RawPicture
{
    /// <summary>For an artifact's reference.</summary>
    public const string MediaType = "application/vnd.aigc.rgb";

    private const int HeaderLength = 20;
    private const int Rgb = 3;

    private static ReadOnlySpan<byte> Magic => "AIGCRGB1"u8;

    /// <summary>The bytes that <see cref="Decode"/> reads back.</summary>
    /// <param name="picture">The picture.</param>
    public static byte[] Encode(Picture picture)
    {
        var source = picture.Rgba.Span;
        var channels = picture.IsOpaque ? Rgb : Picture.BytesPerPixel;
        var bytes = GC.AllocateUninitializedArray<byte>(HeaderLength + source.Length / Picture.BytesPerPixel * channels);
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), picture.Height);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), channels);
        var pixels = bytes.AsSpan(HeaderLength);
        if (channels == Picture.BytesPerPixel)
        {
            source.CopyTo(pixels);
            return bytes;
        }

        var from = MemoryMarshal.Cast<byte, Rgba>(source);
        var to = MemoryMarshal.Cast<byte, RgbPixel>(pixels);
        for (var i = 0; i < to.Length; i++)
            to[i] = from[i].Colour;
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="maxPixels">More are refused before any memory is taken for them.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: the bytes are no such picture, or too large a one.</exception>
    public static Picture Decode(ReadOnlySpan<byte> bytes, int maxPixels = PictureDecoder.DefaultMaxPixels)
    {
        if (bytes.Length < HeaderLength || !bytes.StartsWith(Magic))
            throw Bad("is not one of this release");
        var width = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        var channels = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (width < 1 || height < 1 || channels is not (Rgb or Picture.BytesPerPixel) || (long)width * height > maxPixels)
            throw Bad($"has {width}x{height} pixels of {channels} channels; at most {maxPixels} pixels are taken");
        var pixels = bytes[HeaderLength..];
        if (pixels.Length != width * height * (long)channels)
            throw Bad("is cut short or followed by more");
        if (channels == Picture.BytesPerPixel)
            return new Picture(width, height, pixels.ToArray());

        var rgba = GC.AllocateUninitializedArray<byte>(width * height * Picture.BytesPerPixel);
        var from = MemoryMarshal.Cast<byte, RgbPixel>(pixels);
        var to = MemoryMarshal.Cast<byte, Rgba>(rgba.AsSpan());
        for (var i = 0; i < to.Length; i++)
            to[i] = new Rgba(from[i], byte.MaxValue);
        return new Picture(width, height, rgba);
    }

    private static InferenceException Bad(string fault) => new(InferenceFault.BadRequest, $"the raw picture {fault}");

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct RgbPixel(byte Red, byte Green, byte Blue);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Rgba(RgbPixel Colour, byte Alpha);
}
