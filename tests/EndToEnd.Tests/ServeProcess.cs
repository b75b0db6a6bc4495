using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Aigc.EndToEnd.Tests;

/// <summary><c>serve</c> as a user starts it, on a free port.</summary>
internal sealed partial class ServeProcess : IAsyncDisposable
{
    // Long past any start here: a server that hangs fails the test and is ended.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServeProcess(IEnumerable<string> arguments)
    {
        _process = StandaloneProcess.Start(["serve", "--port", "0", .. arguments]);
        _process.EnableRaisingEvents = true;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => Fail(new InvalidOperationException($"the server ended:\n{Output}"));
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

    public HttpClient Client { get; private set; } = new();

    /// <summary>Starts one, and waits until its model is ready.</summary>
    public static async Task<ServeProcess> StartAsync(params IEnumerable<string> arguments)
    {
        var server = new ServeProcess(arguments);
        try
        {
            var address = await server._listening.Task.WaitAsync(_limit);
            server.Client = new HttpClient { BaseAddress = address };
            await server._ready.Task.WaitAsync(_limit);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end, as Ctrl+C does, and waits until it has.</summary>
    public async Task<int> EndAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(provider: null)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(_limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"^Listening on (?<address>http://\S+)$")]
    private static partial Regex Listening();

    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult(new Uri(match.Groups["address"].Value));
        if (line.EndsWith("is ready.", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private void Fail(Exception e)
    {
        _listening.TrySetException(e);
        if (!_ready.TrySetException(e))
            return;
        // Whoever waits for the address never comes to wait for this.
        _ = _ready.Task.Exception;
    }
}
