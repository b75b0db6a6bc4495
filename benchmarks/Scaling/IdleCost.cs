using System.Globalization;

namespace Aigc.Benchmarks.Scaling;

/// <summary>
/// What a month costs in which nothing is asked for, by profile of <c>infra/</c>. Requests, storage and telemetry come on top.
/// </summary>
internal static class IdleCost
{
    /// <summary>The parts that are paid for whatever they do: what one costs a month, and how many of them each profile has.</summary>
    public static IReadOnlyList<Part> Parts { get; } =
    [
        new("registry, Basic", 5, 1, 0, 0, 0),
        new("registry, Premium", 50, 0, 1, 1, 1),
        new("load balancer and address of the environment", 22, 1, 1, 1, 1),
        new("always-ready instances of 2 GiB", 21, 0, 2, 2, 2),
        new("NFS share, GiB", 0.16, 0, 100, 100, 100),
        new("Redis, Balanced B0", 13, 0, 1, 1, 1),
        new("private endpoints", 7.3, 0, 2, 10, 3),
        new("private DNS zones", 0.5, 1, 3, 13, 4),
        new("log alerts, every 15 minutes", 0.5, 4, 4, 4, 4),
    ];

    /// <summary>A part and its price.</summary>
    /// <param name="Name">For people.</param>
    /// <param name="Price">Of one a month: an input, assumed.</param>
    /// <param name="Dev">How many the profile has.</param>
    /// <param name="Prod">How many the profile has.</param>
    /// <param name="Closed">How many the profile has.</param>
    /// <param name="Scheduler">How many prod has with the scheduler.</param>
    internal sealed record Part(string Name, double Price, int Dev, int Prod, int Closed, int Scheduler)
    {
        /// <summary>How many of it a profile has.</summary>
        public int In(string profile) => profile switch
        {
            "dev" => Dev,
            "prod" => Prod,
            "closed" => Closed,
            "scheduler" => Scheduler,
            _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "no such profile"),
        };
    }

    /// <summary>What a profile costs a month.</summary>
    public static double Of(string profile) => Parts.Sum(part => part.Price * part.In(profile));

    public static void Write(TextWriter writer)
    {
        writer.WriteLine();
        Line(writer, $"a month without any request; prices are assumed, and counts are those of infra/");
        Line(writer, $"  {"",-46}{"price",8}{"dev",8}{"prod",8}{"closed",8}");
        foreach (var part in Parts)
            Line(writer, $"  {part.Name,-46}{part.Price,8:F2}{part.Dev,8}{part.Prod,8}{part.Closed,8}");
        Line(writer, $"  {"in all",-54}{Of("dev"),8:F0}{Of("prod"),8:F0}{Of("closed"),8:F0}");
    }

    private static void Line(TextWriter writer, FormattableString text) => writer.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
