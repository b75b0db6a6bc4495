using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Aigc.Inference.Imaging;

/// <summary>Text in a PNG file (PNG specification, third edition, 11.3.3).</summary>
internal static class PngText
{
    // The signature, then IHDR: length, type, 13 bytes, checksum.
    private const int HeaderLength = 8 + 4 + 4 + 13 + 4;

    /// <summary>Puts a text after the header: tEXt where Latin-1 can say it, otherwise iTXt.</summary>
    public static byte[] Insert(ReadOnlySpan<byte> png, string keyword, string text)
    {
        // Neither chunk can hold the character that ends a keyword.
        text = text.Replace('\0', ' ');
        byte[] chunk = text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF')
            ? [.. "iTXt"u8, .. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)]
            : [.. "tEXt"u8, .. Encoding.Latin1.GetBytes(keyword), 0, .. Encoding.Latin1.GetBytes(text)];

        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length - 4);
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(chunk));
        return [.. png[..HeaderLength], .. length, .. chunk, .. checksum, .. png[HeaderLength..]];
    }
}
