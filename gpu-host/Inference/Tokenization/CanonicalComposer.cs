using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Aigc.Inference.Tokenization;

/// <summary>
/// Unicode Normalization Form C (Unicode Standard Annex 15), which keeps where each code point came from.
/// </summary>
/// <remarks>
/// <c>string.Normalize</c> cannot serve: under InvariantGlobalization, which every host is built with so that a container needs no ICU, it
/// returns its input unchanged, and an "e" with a combining accent would become other ids than "é".
/// </remarks>
internal static class CanonicalComposer
{
    // Nothing below U+0300 combines with anything, so a text that stays below is in form C already.
    public const int FirstCombining = 0x300;

    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;

    private static readonly FrozenDictionary<int, (int First, int Second)> _decompositions;
    private static readonly FrozenDictionary<(int First, int Second), int> _compositions;
    private static readonly FrozenDictionary<int, int> _classes;

    static CanonicalComposer()
    {
        var decompositions = new Dictionary<int, (int, int)>();
        var compositions = new Dictionary<(int, int), int>();
        foreach (var entry in Words(CanonicalDecompositions.Entries))
        {
            var parts = entry.Split(':', '+', '-');
            var pair = (Hex(parts[1]), parts.Length > 2 ? Hex(parts[2]) : 0);
            decompositions.Add(Hex(parts[0]), pair);
            if (entry.Contains('+')) compositions.Add(pair, Hex(parts[0]));
        }

        var classes = new Dictionary<int, int>();
        foreach (var entry in Words(CombiningClasses.Entries))
        {
            var parts = entry.Split(':');
            var range = parts[0].Split('-');
            var combiningClass = int.Parse(parts[1], CultureInfo.InvariantCulture);
            for (var code = Hex(range[0]); code <= Hex(range[^1]); code++) classes.Add(code, combiningClass);
        }

        _decompositions = decompositions.ToFrozenDictionary();
        _compositions = compositions.ToFrozenDictionary();
        _classes = classes.ToFrozenDictionary();
    }

    /// <summary>Brings the text into form C, in place.</summary>
    public static void Compose(List<SourcedRune> text)
    {
        var decomposed = new List<SourcedRune>(text.Count);
        foreach (var rune in text) Decompose(rune, decomposed);
        SortMarks(decomposed);

        text.Clear();
        var starter = -1;
        var lastClass = 0;
        foreach (var rune in decomposed)
        {
            var combiningClass = Class(rune.Value);
            var isAdjacent = starter == text.Count - 1;
            if (starter >= 0 && (isAdjacent || lastClass < combiningClass) && Pair(text[starter].Value, rune.Value) is { } composed)
            {
                text[starter] = text[starter] with { Value = composed };
                continue;
            }

            if (combiningClass == 0) starter = text.Count;
            lastClass = combiningClass;
            text.Add(rune);
        }
    }

    private static void Decompose(SourcedRune rune, List<SourcedRune> destination)
    {
        var syllable = rune.Value - HangulBase;
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount)
        {
            destination.Add(rune with { Value = LeadBase + syllable / (VowelCount * TrailCount) });
            destination.Add(rune with { Value = VowelBase + syllable / TrailCount % VowelCount });
            if (syllable % TrailCount != 0) destination.Add(rune with { Value = TrailBase + syllable % TrailCount });
        }
        else if (_decompositions.TryGetValue(rune.Value, out var pair))
        {
            Decompose(rune with { Value = pair.First }, destination);
            if (pair.Second != 0) destination.Add(rune with { Value = pair.Second });
        }
        else
        {
            destination.Add(rune);
        }
    }

    private static void SortMarks(List<SourcedRune> text)
    {
        for (var start = 0; start < text.Count; start++)
        {
            if (Class(text[start].Value) == 0) continue;
            var end = start + 1;
            while (end < text.Count && Class(text[end].Value) != 0) end++;
            var marks = CollectionsMarshal.AsSpan(text)[start..end];
            if (marks.Length > 1) marks.ToArray().OrderBy(mark => Class(mark.Value)).ToArray().CopyTo(marks);
            start = end;
        }
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
            return HangulBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TrailCount;
        if (first - HangulBase is >= 0 and < LeadCount * VowelCount * TrailCount && (first - HangulBase) % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount)
            return first + second - TrailBase;
        return _compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int Class(int code) => code < FirstCombining ? 0 : _classes.GetValueOrDefault(code);

    private static string[] Words(string entries) => entries.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
