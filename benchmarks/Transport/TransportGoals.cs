using static Aigc.Benchmarks.Transport.TransportReport;

namespace Aigc.Benchmarks.Transport;

/// <summary>What the product's own ways are held to.</summary>
internal static class TransportGoals
{
    /// <summary>The way that nothing can be under: one process.</summary>
    public const string Limit = "in-process";

    private const double MostBehindMs = 3;
    private const double LeastRatio = 10;
    private const double MostSpread = 1.15;

    /// <param name="figures">One caller's, without compute.</param>
    /// <param name="output">Told each goal.</param>
    /// <returns>Whether all hold.</returns>
    public static bool Write(IReadOnlyList<TransportFigures> figures, TextWriter output)
    {
        var sizes = figures.Select(static f => f.Size).Distinct().ToArray();
        var behind = sizes.Max(size => Of("fused", size).MedianMs - Of(Limit, size).MedianMs);
        var (rest, local) = (Of("rest-json", 1024), Of("grpc-ref-local", 1024));
        var hops = sizes.Select(size => Of("grpc-ref-local", size)).ToArray();
        var spread = hops.Max(static f => f.HopsMs) / hops.Min(static f => f.HopsMs);
        var whole = hops.Max(static f => f.MedianMs) / hops.Min(static f => f.MedianMs);
        output.WriteLine();
        Say(behind <= MostBehindMs, Text($"fused is at most {behind:F2} ms behind in-process at every size (goal {MostBehindMs})"));
        Say(
            rest.MedianMs >= LeastRatio * local.MedianMs,
            Text($"at 1024 pixels rest-json is {rest.MedianMs / local.MedianMs:F1} times grpc-ref-local, ")
            + Text($"{rest.MedianMs / local.HopsMs:F1} times without storing (goal {LeastRatio})"));
        Say(
            spread <= MostSpread,
            Text($"grpc-ref-local without storing is {spread:F2} times itself from the best size to the worst, ")
            + Text($"{whole:F2} with storing (goal {MostSpread})"));
        return behind <= MostBehindMs && rest.MedianMs >= LeastRatio * local.MedianMs && spread <= MostSpread;

        TransportFigures Of(string transport, int size) => figures.First(f => f.Transport == transport && f.Size == size);

        void Say(bool holds, string goal) => output.WriteLine($"{(holds ? "holds" : "does not hold")}: {goal}");
    }
}
