using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Aigc.TestKit;

namespace Aigc.Web.Tests;

/// <summary>The service as a user starts it: a process of its own, on a free port, over a folder of its own.</summary>
public sealed partial class ServeProcess : IAsyncDisposable
{
    // Long past any start here: a server that hangs fails the test and is ended.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _data = new();
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServeProcess(string? keys)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Aigc.Standalone.dll"), "serve", "--port", "0", "--data", _data.Path];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["AIGC_API_KEYS"] = keys ?? "";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"the server ended:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address => _listening.Task.Result;

    public static async Task<ServeProcess> StartAsync(string? keys = null)
    {
        var server = new ServeProcess(keys);
        try
        {
            await server._listening.Task.WaitAsync(_limit);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Dispose();
    }

    [GeneratedRegex(@"^Listening on (?<address>http://[^,\s]+)")]
    private static partial Regex Listening();

    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult(new Uri(match.Groups["address"].Value));
    }
}
