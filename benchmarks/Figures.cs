namespace Aigc.Benchmarks;

/// <summary>What samples come to.</summary>
internal static class Figures
{
    public static double Median(IEnumerable<double> values) => Quantile(values, .5);

    /// <summary>The value below which a share of the samples lie, between two of them by a straight line.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
            return double.NaN;
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return sorted[low] + (at - low) * (sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]);
    }
}
