using System.Text.Json;

namespace Aigc.Functions.Messages;

/// <summary>Bounds on texts in messages.</summary>
internal static class Texts
{
    private const string Cut = "...";

    /// <summary>The text, cut where its JSON form is longer.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxBytes">How long its JSON form may be, in bytes.</param>
    public static string Clip(string text, int maxBytes)
    {
        // A character takes up to 6 bytes, and no text is shorter than its characters.
        if (text.Length * 6 <= maxBytes || text.Length <= maxBytes && Bytes(text) <= maxBytes)
            return text;
        var length = Math.Min(text.Length, maxBytes - Cut.Length);
        while (length > 0 && Bytes(text[..length]) > maxBytes - Cut.Length)
            length -= Math.Max(1, (Bytes(text[..length]) - maxBytes) / 6);
        // Half a surrogate pair is no text.
        return (length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length]) + Cut;
    }

    private static int Bytes(string text) => JsonEncodedText.Encode(text).EncodedUtf8Bytes.Length;
}
