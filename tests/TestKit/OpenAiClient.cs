using System.Diagnostics;
using System.Text.Json;

namespace Aigc.TestKit;

/// <summary>
/// The official JavaScript client of OpenAI's API, as a process of its own. Tests that need it are skipped by
/// <see cref="OpenAiClientFactAttribute"/> or <see cref="OpenAiClientTheoryAttribute"/> where it is not installed.
/// </summary>
public static class OpenAiClient
{
    // Long past any call here: one that hangs fails the test and is ended.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    /// <summary>Why it cannot be run; null where it can.</summary>
    public static string? Missing { get; } =
        NodeInstallation.Node is not null
        && File.Exists(RepositoryRoot.Combine("tests", "openai-client", "node_modules", "openai", "package.json"))
            ? null
            : "the openai client is not installed: run ./test.sh or npm ci in tests/openai-client";

    /// <summary>Makes one call.</summary>
    /// <param name="server">The server's address, without <c>/v1</c>.</param>
    /// <param name="method">A method of <c>tests/openai-client/call.js</c>.</param>
    /// <param name="body">Its parameters.</param>
    /// <returns>What the call answered, or the exception it threw, as the script prints it.</returns>
    public static async Task<JsonElement> CallAsync(Uri server, string method, object body)
    {
        var script = RepositoryRoot.Combine("tests", "openai-client", "call.js");
        var output = await RunAsync(
            Directory.GetCurrentDirectory(), script, new Uri(server, "v1").ToString(), method, JsonSerializer.Serialize(body));
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Runs some lines of JavaScript that use <c>OpenAI</c> and <c>fs</c>.</summary>
    /// <param name="lines">The lines, which may await.</param>
    /// <param name="folder">Where they run.</param>
    /// <returns>What they printed.</returns>
    public static Task<string> RunLinesAsync(string lines, string folder)
    {
        var client = JsonSerializer.Serialize(RepositoryRoot.Combine("tests", "openai-client", "node_modules", "openai"));
        var code = $"const fs = require('node:fs'); const {{ OpenAI }} = require({client}); (async () => {{ {lines} }})();";
        return RunAsync(folder, "-e", code);
    }

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(NodeInstallation.Node!)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(_limit);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"node ended with {process.ExitCode}:\n{await error}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
