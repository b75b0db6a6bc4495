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
    private readonly StringBuilder _output = new();
    private readonly string? _keys;
    private readonly string[] _settings;
    private Process _process = null!;
    private TaskCompletionSource<Uri> _listening = null!;

    private ServeProcess(string? keys, string[] settings)
    {
        (_keys, _settings) = (keys, settings);
        Launch(0);
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

    public static async Task<ServeProcess> StartAsync(string? keys = null, params string[] settings)
    {
        var server = new ServeProcess(keys, settings);
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

    /// <summary>Ends it as it stands, without a word to it.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again where it was, over what it left.</summary>
    public Task RestartAsync()
    {
        var port = Address.Port;
        _process.Dispose();
        Launch(port);
        return _listening.Task.WaitAsync(_limit);
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

    private void Launch(int port)
    {
        var listening = _listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        var program = Path.Combine(AppContext.BaseDirectory, "Aigc.Standalone.dll");
        string[] arguments = [program, "serve", "--port", $"{port}", "--data", _data.Path, .. _settings];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["AIGC_API_KEYS"] = _keys ?? "";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"the server ended:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

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
