namespace Aigc.Inference.Noise;

/// <summary>
/// Standard-normal noise from a seed: the same bits on every machine, and whatever else is asked for. Philox4x32-10 gives each element 32
/// bits, and the inverse normal distribution turns them into a number.
/// </summary>
public static class GaussianNoise
{
    /// <summary>The stream of a run's first latent.</summary>
    public const int InitialLatent = 0;

    /// <summary>Fills a span with noise: element i depends on seed, stream and i, and on nothing else.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="stream">
    /// Which of a seed's independent sequences: <see cref="InitialLatent"/>, or <c>1 + k</c> for what is added after step k.
    /// </param>
    /// <param name="destination">Standard normal numbers, none beyond 6.4 in magnitude.</param>
    public static void Fill(long seed, int stream, Span<float> destination)
    {
        var key = unchecked((ulong)seed);
        Span<uint> block = stackalloc uint[Philox4x32.WordsPerBlock];
        for (var i = 0; i < destination.Length; i++)
        {
            var word = i % Philox4x32.WordsPerBlock;
            if (word == 0)
            {
                block[0] = (uint)(i / Philox4x32.WordsPerBlock);
                block[1] = unchecked((uint)stream);
                block[2] = 0;
                block[3] = 0;
                Philox4x32.Generate(block, key);
            }

            destination[i] = (float)NormalQuantile.Of((block[word] + 0.5) / 4294967296.0);
        }
    }
}
