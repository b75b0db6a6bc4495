using System.Buffers.Binary;
using System.Text;

namespace Aigc.Inference.Imaging;

/// <summary>An EXIF block that holds a UserComment and nothing else (CIPA DC-008, 4.6.5 and 4.6.6).</summary>
internal static class ExifComment
{
    // A JPEG segment is at most 65,533 bytes; this many UTF-16 units and what goes round them fit.
    private const int LongestText = 32_000;

    private const ushort ExifPointerTag = 0x8769;
    private const ushort UserCommentTag = 0x9286;
    private const ushort LongType = 4;
    private const ushort UndefinedType = 7;
    private const int HeaderLength = 8;
    private const int DirectoryLength = 2 + 12 + 4;

    /// <summary>The block from its byte order mark on, or null where the text is too long for one.</summary>
    public static byte[]? Create(string text)
    {
        if (text.Length > LongestText) return null;

        byte[] comment = [.. "UNICODE\0"u8, .. Encoding.BigEndianUnicode.GetBytes(text)];
        var block = new byte[HeaderLength + 2 * DirectoryLength + comment.Length];
        "MM\0*"u8.CopyTo(block);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(4), HeaderLength);
        WriteDirectory(block.AsSpan(HeaderLength), ExifPointerTag, LongType, 1, HeaderLength + DirectoryLength);
        var commentAt = HeaderLength + 2 * DirectoryLength;
        WriteDirectory(block.AsSpan(HeaderLength + DirectoryLength), UserCommentTag, UndefinedType, comment.Length, commentAt);
        comment.CopyTo(block.AsSpan(commentAt));
        return block;
    }

    private static void WriteDirectory(Span<byte> destination, ushort tag, ushort type, int count, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, 1);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], tag);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], type);
        BinaryPrimitives.WriteInt32BigEndian(destination[6..], count);
        BinaryPrimitives.WriteInt32BigEndian(destination[10..], value);
    }
}
