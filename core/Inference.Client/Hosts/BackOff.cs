using Aigc.Inference.Client.Resilience;

namespace Aigc.Inference.Client.Hosts;

/// <summary>How long to wait before another try.</summary>
internal static class BackOff
{
    /// <summary>Twice as long after each failure, and shortened by chance.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="options">The first wait and the longest.</param>
    /// <param name="draws">What chance is drawn from.</param>
    public static TimeSpan After(int failures, RemoteStagesOptions options, Draws draws)
    {
        var doubled = options.FirstBackOff * Math.Pow(2, Math.Min(failures - 1, 30));
        return draws.Shorten(doubled < options.LongestBackOff ? doubled : options.LongestBackOff, options.Resilience.Jitter);
    }
}
