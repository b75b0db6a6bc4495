using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Configuration;
using Aigc.GpuHost.Telemetry;
using Aigc.TestKit;

namespace Aigc.GpuHost.Tests.Configuration;

/// <summary>The manual names every setting and every metric, and none that is not there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string _readme = File.ReadAllText(RepositoryRoot.Combine("gpu-host", "GpuHost", "README.md"));

    [Fact]
    public void Configuration_ListsEverySettingOnceWithItsDefault()
    {
        var listed = Rows("Configuration").Select(static cells => $"{cells[0]} = {cells[1]}");

        Assert.Equal(Settings(), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Configuration_NamesTheUnitOfEveryAmount()
    {
        Assert.All(Rows("Configuration"), static cells =>
        {
            if (cells[0].EndsWith("Bytes", StringComparison.Ordinal))
                Assert.Equal("bytes", cells[2]);
            if (cells[0].EndsWith("Seconds", StringComparison.Ordinal))
                Assert.Equal("s", cells[2]);
        });
    }

    [Fact]
    public async Task Metrics_ListsEveryInstrumentWithItsUnit()
    {
        var published = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name != HostTelemetry.Name)
                    return;
                lock (published)
                    published.Add($"{instrument.Name} in {instrument.Unit}");
            },
        };
        listener.Start();
        await using var host = await TestHost.StartAsync();
        await host.Client.DescribeAsync(new DescribeRequest());

        lock (published)
            Assert.Equal(published, Rows("Metrics").Select(static cells => $"{cells[0]} in {cells[1]}").Order(StringComparer.Ordinal));
    }

    // Every row of the section's table whose first cell is code, without the marks of code.
    private static IEnumerable<string[]> Rows(string section)
    {
        var start = _readme.IndexOf($"\n## {section}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"no section '{section}'");
        var end = _readme.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return CodeRow().Matches(_readme[start..(end < 0 ? _readme.Length : end)])
            .Select(static row => row.Value.Trim('|').Replace("`", "", StringComparison.Ordinal).Split('|'))
            .Select(static row => row.Select(static cell => cell.Trim()).ToArray());
    }

    private static IEnumerable<string> Settings() => typeof(GpuHostOptions).GetProperties()
        .SelectMany(static section => section.PropertyType.IsValueType
            ? [Setting("", section, new GpuHostOptions())]
            : section.PropertyType.GetProperties().Where(static property => property.CanWrite)
                .Select(property => Setting(section.Name + ":", property, section.GetValue(new GpuHostOptions())!)))
        .Order(StringComparer.Ordinal);

    private static string Setting(string prefix, PropertyInfo property, object options) =>
        $"{prefix}{property.Name} = {Written(property.Name, property.GetValue(options))}";

    private static string Written(string name, object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        string path when path == Path.Combine(AppContext.BaseDirectory, "models") => "models beside the program",
        int threads when name == "Threads" && threads == Environment.ProcessorCount => "all processors",
        int or long when name.EndsWith("Bytes", StringComparison.Ordinal) => Size(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Size(long bytes) => bytes % (1 << 30) == 0 ? $"{bytes >> 30} GiB" : $"{bytes >> 20} MiB";

    [GeneratedRegex("^\\| `.+\\|$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CodeRow();
}
