namespace Aigc.Inference.Client.Resilience;

/// <summary>Numbers drawn from a seed. Safe for many threads.</summary>
/// <remarks>SplitMix64 (G. Steele, D. Lea and C. Flood, Fast Splittable Pseudorandom Number Generators, 2014).</remarks>
internal sealed class Draws(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = Interlocked.Add(ref _state, 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A wait, shortened by chance.</summary>
    /// <param name="wait">The wait.</param>
    /// <param name="jitter">By how much of itself at most, 0 to 1.</param>
    public TimeSpan Shorten(TimeSpan wait, double jitter) =>
        jitter > 0 ? wait * (1 - (jitter * ((Next() >> 11) * (1.0 / (1UL << 53))))) : wait;
}
