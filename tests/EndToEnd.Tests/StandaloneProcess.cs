using System.Diagnostics;

namespace Aigc.EndToEnd.Tests;

/// <summary>The standalone program as a user starts it: a process of its own.</summary>
internal static class StandaloneProcess
{
    // Long past any run here: a program that hangs fails the test and is ended.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    /// <summary>What a finished run left: its exit code and what it printed.</summary>
    public sealed record Run(int ExitCode, string Output, string Error);

    public static async Task<Run> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        try
        {
            using var limit = new CancellationTokenSource(_limit);
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new Run(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Aigc.Standalone.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
