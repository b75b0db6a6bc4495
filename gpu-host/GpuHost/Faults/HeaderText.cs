using System.Text;

namespace Aigc.GpuHost.Faults;

/// <summary>Text that travels in a header, which callers take only so much of.</summary>
internal static class HeaderText
{
    /// <summary>Cuts a text, between two characters, to what fits.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxBytes">The most it may have in UTF-8, but for the dots that say it was cut.</param>
    public static string Fit(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
            return text;
        var (length, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length] + "...";
    }
}
