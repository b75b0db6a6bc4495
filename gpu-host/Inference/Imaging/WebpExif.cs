using System.Buffers.Binary;

namespace Aigc.Inference.Imaging;

/// <summary>An EXIF block in a WebP file: the extended layout of RFC 9649, 2.7.</summary>
internal static class WebpExif
{
    private const int FileHeaderLength = 12;
    private const int ChunkHeaderLength = 8;
    private const int ExtendedLength = 10;
    private const byte ExifFlag = 0x08;
    private const byte AlphaFlag = 0x10;

    public static byte[] Append(ReadOnlySpan<byte> webp, ReadOnlySpan<byte> exif, int width, int height)
    {
        var chunks = webp[FileHeaderLength..];
        var extended = new byte[ChunkHeaderLength + ExtendedLength];
        if (chunks.StartsWith("VP8X"u8))
        {
            chunks[..extended.Length].CopyTo(extended);
            chunks = chunks[extended.Length..];
        }
        else
        {
            "VP8X"u8.CopyTo(extended);
            BinaryPrimitives.WriteInt32LittleEndian(extended.AsSpan(4), ExtendedLength);
            WriteInt24(extended.AsSpan(12), width - 1);
            WriteInt24(extended.AsSpan(15), height - 1);
            if (HasAlpha(chunks)) extended[ChunkHeaderLength] |= AlphaFlag;
        }

        extended[ChunkHeaderLength] |= ExifFlag;
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, exif.Length);
        byte[] file = [.. webp[..FileHeaderLength], .. extended, .. chunks, .. "EXIF"u8, .. length, .. exif, .. new byte[exif.Length % 2]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    // A simple file has alpha only where it is lossless, and says so in bit 28 after the one byte of signature (RFC 9649, 3.4).
    private static bool HasAlpha(ReadOnlySpan<byte> chunks) => chunks.StartsWith("VP8L"u8) && (chunks[ChunkHeaderLength + 4] & 0x10) != 0;

    private static void WriteInt24(Span<byte> destination, int value)
    {
        destination[0] = (byte)value;
        destination[1] = (byte)(value >> 8);
        destination[2] = (byte)(value >> 16);
    }
}
