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
        NodeInstallation.Node is not null && File.Exists(RepositoryRoot.Combine("tests", "openai-client", "node_modules", "openai", "package.json"))
            ? null
            : "the openai client is not installed: run ./test.sh or npm ci in tests/openai-client";

    /// <summary>Makes one call.</summary>
    /// <param name="server">The server's address, without <c>/v1</c>.</param>
    /// <param name="method">A method of <c>tests/openai-client/call.js</c>.</param>
    /// <param name="body">Its parameters.</param>
    /// <returns>What the call answered, or the exception it threw, as the script prints it.</returns>
    public static async Task<JsonElement> CallAsync(Uri server, string method, object body)
    {
        var start = new ProcessStartInfo(NodeInstallation.Node!)
        {
            ArgumentList =
            {
                RepositoryRoot.Combine("tests", "openai-client", "call.js"),
                new Uri(server, "v1").ToString(), method, JsonSerializer.Serialize(body),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(_limit);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"call.js ended with {process.ExitCode}:\n{await error}");
            return JsonDocument.Parse(await output).RootElement;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
