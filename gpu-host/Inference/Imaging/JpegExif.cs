using System.Buffers.Binary;

namespace Aigc.Inference.Imaging;

/// <summary>An EXIF block in a JPEG file: the APP1 segment right after the start marker.</summary>
internal static class JpegExif
{
    private const int StartMarkerLength = 2;

    public static byte[] Insert(ReadOnlySpan<byte> jpeg, ReadOnlySpan<byte> exif)
    {
        var name = "Exif\0\0"u8;
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(length.Length + name.Length + exif.Length));
        return [.. jpeg[..StartMarkerLength], 0xFF, 0xE1, .. length, .. name, .. exif, .. jpeg[StartMarkerLength..]];
    }
}
