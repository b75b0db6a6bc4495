using System.Globalization;

namespace Aigc.Benchmarks.Transport;

/// <summary>Figures as a table.</summary>
internal static class TransportReport
{
    public static void Write(string network, SpinTimes times, int callers, IReadOnlyList<TransportFigures> figures, TextWriter output)
    {
        var computeMs = times.Understand + times.Generate + times.Enhance;
        var compute = computeMs == 0 ? "no compute" : Text($"{computeMs:F0} ms of compute");
        var many = callers == 1 ? "1 caller" : $"{callers} callers";
        output.WriteLine();
        output.WriteLine($"{network}, {compute}, {many}; overhead of a picture in ms, storing included:");
        output.WriteLine($"  {"",-20}{"pixels",7}{"calls",7}{"median",9}{"p99",9}{"storing",9}{"wire KiB",10}{"cpu ms",8}{"x limit",9}");
        foreach (var f in figures)
        {
            var limit = figures.First(other => other.Transport == TransportGoals.Limit && other.Size == f.Size);
            output.Write(Text($"  {f.Transport,-20}{f.Size,7}{f.Calls,7}{f.MedianMs,9:F2}{f.P99Ms,9:F2}{f.StoreMs,9:F2}"));
            output.WriteLine(Text($"{f.WireBytes / 1024,10:F1}{f.ProcessorMs,8:F1}{f.MedianMs / limit.MedianMs,9:F1}"));
        }
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
