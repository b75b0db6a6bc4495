using System.Text;

namespace Aigc.Inference.Tokenization;

/// <summary>
/// Cuts a prompt where CLIP does:
/// <c>&lt;|startoftext|&gt;|&lt;|endoftext|&gt;|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c> with case ignored
/// (openai/CLIP, simple_tokenizer.py).
/// </summary>
/// <remarks>Not a Regex: .NET's takes a letter outside the Basic Multilingual Plane for two surrogates, which are no letters.</remarks>
internal static class PromptWords
{
    private static readonly string[] _wholes =
        [ClipVocabulary.StartOfText, ClipVocabulary.EndOfText, "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>The words of a text in lower case, in order.</summary>
    public static IEnumerable<Range> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = WordEnd(text, start, out var isWord);
            if (isWord) yield return start..end;
            start = end;
        }
    }

    private static int WordEnd(string text, int start, out bool isWord)
    {
        isWord = true;
        foreach (var whole in _wholes)
        {
            if (StartsWith(text.AsSpan(start), whole)) return start + whole.Length;
        }

        var kind = KindAt(text, start, out var width);
        isWord = kind != Kind.Space;
        var end = start + width;
        if (kind is Kind.Letter or Kind.Other)
        {
            while (end < text.Length && KindAt(text, end, out width) == kind) end += width;
        }

        return end;
    }

    // Ignoring case, long s equals s; no other letter of a contraction has a second lower-case form.
    private static bool StartsWith(ReadOnlySpan<char> text, string whole)
    {
        if (text.Length < whole.Length || text[0] != whole[0]) return false;
        for (var i = 1; i < whole.Length; i++)
        {
            var character = text[i] == '\u017F' ? 's' : text[i];
            if (character != whole[i]) return false;
        }

        return true;
    }

    private static Kind KindAt(string text, int index, out int width)
    {
        Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out width);
        return Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Number
            : Rune.IsWhiteSpace(rune) ? Kind.Space
            : Kind.Other;
    }
}
