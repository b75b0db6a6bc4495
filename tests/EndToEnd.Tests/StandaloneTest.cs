using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

/// <summary>Runs the program in folders of its own.</summary>
public abstract class StandaloneTest : IDisposable
{
    protected TempFolder Folder { get; } = new();

    protected string Data => Folder.Combine("data");

    protected string Out => Folder.Combine("out");

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Task<StandaloneProcess.Run> RunAsync(params string[] arguments) =>
        StandaloneProcess.RunAsync([.. arguments, "--data", Data, "--out", Out]);

    internal async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.Clone();
    }

    internal static JsonElement[] Images(JsonElement report) => [.. report.GetProperty("images").EnumerateArray()];

    internal static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static double Ms(JsonElement report, string name) => report.GetProperty("ledger").GetProperty(name).GetDouble();
}
