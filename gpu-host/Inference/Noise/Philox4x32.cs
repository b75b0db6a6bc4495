namespace Aigc.Inference.Noise;

/// <summary>
/// Philox4x32-10: four random words for a counter and a key, with nothing remembered between calls (Salmon, Moraes, Dror and Shaw,
/// "Parallel Random Numbers: As Easy as 1, 2, 3", 2011).
/// </summary>
internal static class Philox4x32
{
    public const int WordsPerBlock = 4;

    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>Replaces the four words of a counter by random ones.</summary>
    public static void Generate(Span<uint> block, ulong key)
    {
        var (word0, word1, word2, word3) = (block[0], block[1], block[2], block[3]);
        var (key0, key1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * word0;
            var product1 = (ulong)Multiplier1 * word2;
            word0 = (uint)(product1 >> 32) ^ word1 ^ key0;
            word1 = (uint)product1;
            word2 = (uint)(product0 >> 32) ^ word3 ^ key1;
            word3 = (uint)product0;
            key0 = unchecked(key0 + Weyl0);
            key1 = unchecked(key1 + Weyl1);
        }

        (block[0], block[1], block[2], block[3]) = (word0, word1, word2, word3);
    }
}
