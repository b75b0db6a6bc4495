using System.Text;

namespace Aigc.Inference.Tokenization;

/// <summary>A prompt as CLIP reads it: form C, then lower case one code point at a time.</summary>
/// <remarks>White space need not be collapsed: it separates words and is in none of them.</remarks>
internal sealed class PromptText
{
    private readonly string _original;
    private readonly List<int> _sources;

    public PromptText(string original)
    {
        _original = original;
        var runes = new List<SourcedRune>(original.Length);
        var index = 0;
        foreach (var rune in original.EnumerateRunes())
        {
            runes.Add(new SourcedRune(rune.Value, index));
            index += rune.Utf16SequenceLength;
        }

        if (original.AsSpan().ContainsAnyInRange((char)CanonicalComposer.FirstCombining, char.MaxValue)) CanonicalComposer.Compose(runes);

        var text = new StringBuilder(original.Length);
        _sources = new List<int>(original.Length);
        foreach (var (value, source) in runes)
        {
            text.Append(Lower(new Rune(value)));
            while (_sources.Count < text.Length) _sources.Add(source);
        }

        Text = text.ToString();
    }

    public string Text { get; }

    /// <summary>The rest of the prompt as it was typed, from a position in <see cref="Text"/>.</summary>
    public DroppedText From(int position)
    {
        var index = _sources[position];
        return new DroppedText(index, _original[index..]);
    }

    // Dotted capital I is the one code point whose lower case is two (Unicode's SpecialCasing.txt, unconditional part).
    private static string Lower(Rune rune) => rune.Value == 0x130 ? "i\u0307" : Rune.ToLowerInvariant(rune).ToString();
}
