using System.Globalization;

namespace Aigc.GpuHost.Tests.Telemetry;

/// <summary>An answer of <c>/metrics</c>.</summary>
/// <param name="Text">As it came.</param>
internal sealed record Scrape(string Text)
{
    /// <summary>The sum of a figure over its series whose labels hold every one of some texts, as in <c>aigc_outcome="made"</c>; 0 where there is none.</summary>
    public double Sum(string name, params string[] labels) => Series(name)
        .Where(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Sum(static line => double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));

    public bool Has(string name) => Series(name).Any();

    private IEnumerable<string> Series(string name) => Text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal));
}
