using System.Text;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Tests.Tokenization;

public sealed class CanonicalComposerTests
{
    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("a\u0344", "\u00e4\u0301")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("s\u0323\u0307", "\u1e69")]
    [InlineData("s\u0307\u0323", "\u1e69")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\ud558\u11ab", "\ud55c")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("\uf900", "\u8c48")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("a\u0315\u0300\u05ae\u0300b", "\u00e0\u05ae\u0300\u0315b")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    public void Compose_Text_GivesFormC(string text, string expected)
    {
        var runes = Sourced(text);

        CanonicalComposer.Compose(runes);

        Assert.Equal(expected, string.Concat(runes.Select(rune => new Rune(rune.Value).ToString())));
    }

    [Fact]
    public void Compose_MarkJoinsItsLetter_KeepsWhereEachCameFrom()
    {
        var runes = Sourced("xe\u0301y");

        CanonicalComposer.Compose(runes);

        Assert.Equal([0, 1, 3], runes.Select(rune => rune.Source));
    }

    private static List<SourcedRune> Sourced(string text)
    {
        var runes = new List<SourcedRune>();
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            runes.Add(new SourcedRune(rune.Value, index));
            index += rune.Utf16SequenceLength;
        }

        return runes;
    }
}
