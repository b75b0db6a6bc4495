using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Aigc.Inference.Noise;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Noise;

public sealed class GaussianNoiseTests
{
    // From a separate implementation of the same formulas: these bits may never change, or every seed means another picture.
    [Theory]
    [InlineData(0, 0, "760B201496F744EA8868D85C65762B221767ADCE8FDCD83276F7D11B49C17381")]
    [InlineData(1, 0, "FBA11D5F3E958B2FA9DB121FB1D39ABE91791BADCBDF362F2CCE04437799D1D2")]
    [InlineData(1, 1, "FA1A4B9D3C9BE725562A65B0D905039853CEB7F93C9BF151769411CA69CD4DE7")]
    [InlineData(-1, 0, "1E5E966291278214CB8B13A1D8F3A523C89EEE67BD2B4CA2B9876DF70E15E04D")]
    [InlineData(long.MinValue, 0, "5026A1E10ADA95B0A18154147EE5AC95FE3B5C86C7C6B2ED09B1E2EF74B804D4")]
    [InlineData(long.MaxValue, 7, "6F1D93ADB6342952F0C9FCF2EB4F0CF3C3C147831D5E5F15595BE423DA80C1C5")]
    public void Fill_KnownSeed_GivesTheKnownBits(long seed, int stream, string expected)
    {
        var noise = Fill(seed, stream, 4096);

        Assert.Equal(expected, Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(noise.AsSpan()))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1023)]
    public void Fill_ShorterSpan_IsABeginningOfTheLonger(int length)
    {
        Assert.Equal(Fill(42, 0, 4096)[..length], Fill(42, 0, length));
    }

    [Fact]
    public void Fill_OtherSeedOrStream_GivesUnrelatedNoise()
    {
        var noise = Fill(5, 0, 100_000);

        foreach (var (seed, stream) in new[] { (6L, 0), (5, 1), (5 + (1L << 32), 0), (-5, 0) })
            Assert.InRange(noise.Zip(Fill(seed, stream, noise.Length), (a, b) => (double)a * b).Average(), -0.015, 0.015);
    }

    [Fact]
    public void Fill_AMillion_IsStandardNormal()
    {
        var noise = Fill(2024, 0, 1_000_000);

        var mean = noise.Average(element => (double)element);
        var central = Enumerable.Range(1, 4).Select(power => noise.Average(element => Math.Pow(element - mean, power))).ToArray();
        Assert.InRange(mean, -0.004, 0.004);
        Assert.InRange(central[1], 0.994, 1.006);
        Assert.InRange(central[2], -0.01, 0.01);
        Assert.InRange(central[3], 2.97, 3.03);
        Assert.InRange(KolmogorovSmirnov(noise), 0, 1.63 / Math.Sqrt(noise.Length));
    }

    [Fact]
    public void Fill_Repeated_AllocatesNothing()
    {
        var noise = Fill(1, 0, 64);
        Assert.Equal(0L, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) GaussianNoise.Fill(i, 0, noise);
        }));
    }

    private static float[] Fill(long seed, int stream, int length)
    {
        var noise = new float[length];
        GaussianNoise.Fill(seed, stream, noise);
        return noise;
    }

    private static double KolmogorovSmirnov(float[] noise)
    {
        Array.Sort(noise);
        var largest = 0.0;
        for (var i = 0; i < noise.Length; i++)
        {
            var distance = Math.Abs(Distribution(noise[i]) - (i + 0.5) / noise.Length);
            largest = Math.Max(largest, distance);
        }

        return largest;
    }

    // Abramowitz and Stegun 26.2.17, within 7.5e-8.
    private static double Distribution(double x)
    {
        var t = 1 / (1 + 0.2316419 * Math.Abs(x));
        var tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x < 0 ? tail : 1 - tail;
    }
}
