namespace Aigc.Api;

/// <summary>Foreign text, made short enough for a message.</summary>
internal static class Cut
{
    /// <summary>The text, or its start and three dots. Never half of a surrogate pair, which no answer could hold.</summary>
    public static string To(int length, string text)
    {
        if (text.Length <= length)
            return text;
        return $"{text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]}...";
    }
}
