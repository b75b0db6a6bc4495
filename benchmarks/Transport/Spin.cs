using System.Diagnostics;

namespace Aigc.Benchmarks.Transport;

/// <summary>Stands in for a model's compute: the same work each time, whoever else works beside it.</summary>
internal static class Spin
{
    private static readonly double _roundsPerMs = Calibrate();

    /// <summary>Computes for so many milliseconds of a processor that is not shared.</summary>
    public static void For(double ms)
    {
        if (ms > 0)
            Work((long)(ms * _roundsPerMs));
    }

    private static double Calibrate()
    {
        const long rounds = 4_000_000;
        Work(rounds);
        var best = double.MaxValue;
        for (var i = 0; i < 7; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Work(rounds);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return rounds / best;
    }

    private static void Work(long rounds)
    {
        var state = 88172645463325252UL;
        for (var i = 0L; i < rounds; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }

        // What nobody reads is not computed.
        if (state == 0)
            throw new InvalidOperationException("a xorshift never comes to 0");
    }
}
