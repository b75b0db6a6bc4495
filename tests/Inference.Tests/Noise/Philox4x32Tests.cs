using Aigc.Inference.Noise;

namespace Aigc.Inference.Tests.Noise;

public sealed class Philox4x32Tests
{
    // The known answers that the authors publish with Random123 (kat_vectors, philox4x32 10).
    [Theory]
    [InlineData(new uint[] { 0, 0, 0, 0 }, 0, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(
        new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
        0xffffffff_ffffffff,
        new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(
        new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
        0x299f31d0_a4093822,
        new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Generate_KnownCounter_GivesTheKnownAnswer(uint[] counter, ulong key, uint[] expected)
    {
        Philox4x32.Generate(counter, key);

        Assert.Equal(expected, counter);
    }
}
