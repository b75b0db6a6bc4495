using System.Globalization;

namespace Aigc.Benchmarks.Scaling;

/// <summary>When pictures are asked for.</summary>
/// <param name="Name">For people.</param>
/// <param name="Seconds">How long it is.</param>
/// <param name="Arrivals">The moments, in seconds, in order.</param>
internal sealed record ArrivalTrace(string Name, double Seconds, double[] Arrivals)
{
    private const double Hour = 3600;
    private const double Day = 24 * Hour;

    /// <summary>A day with 300 pictures, in visits of some pictures each.</summary>
    public static ArrivalTrace Quiet(int seed)
    {
        var random = new Random(seed);
        var arrivals = new List<double>();
        var at = 0.0;
        while (true)
        {
            at += Exponential(random, Day / 60);
            if (at >= Day)
                break;
            var within = at;
            for (var i = 0; i < 5; i++)
                arrivals.Add(within += Exponential(random, 60));
        }

        return new("quiet day: 60 visits of 5 pictures", Day, [.. arrivals.Order()]);
    }

    /// <summary>Three hours of next to nothing, in the second of which 10,000 pictures are asked for.</summary>
    public static ArrivalTrace Burst(int seed, int pictures = 10_000) =>
        Draw(
            string.Create(CultureInfo.InvariantCulture, $"burst: {pictures:N0} pictures in one hour"), seed, 3 * Hour, pictures / Hour,
            at => at is >= Hour and < 2 * Hour ? 1 : 0.001);

    /// <summary>A day of a million, with its peak at twice the mean.</summary>
    public static ArrivalTrace Million(int seed, int pictures = 1_000_000) =>
        Draw(
            string.Create(CultureInfo.InvariantCulture, $"day: {pictures:N0} pictures, the peak at twice the mean"), seed, Day,
            2 * pictures / Day, at => (1 - Math.Cos(2 * Math.PI * at / Day)) / 2);

    // A Poisson process whose rate changes: candidates at the highest rate, of which each is kept as often as the rate says.
    private static ArrivalTrace Draw(string name, int seed, double seconds, double highest, Func<double, double> share)
    {
        var random = new Random(seed);
        var arrivals = new List<double>();
        for (var at = Exponential(random, 1 / highest); at < seconds; at += Exponential(random, 1 / highest))
            if (random.NextDouble() < share(at))
                arrivals.Add(at);
        return new(name, seconds, [.. arrivals]);
    }

    private static double Exponential(Random random, double mean) => -mean * Math.Log(1 - random.NextDouble());
}
