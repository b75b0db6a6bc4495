using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Aigc.TestKit;

/// <summary><c>serve</c> as a user starts it, on a free port; for projects that reference the standalone program.</summary>
public sealed partial class ServeProcess : IAsyncDisposable
{
    // Long past any start here: a server that hangs fails the test and is ended.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder? _folder;
    private readonly string _data;
    private readonly string? _keys;
    private readonly string[] _arguments;
    private readonly StringBuilder _output = new();
    private Process _process = null!;
    private TaskCompletionSource<Uri> _listening = null!;
    private TaskCompletionSource _ready = null!;

    private ServeProcess(string? data, string? keys, string[] arguments)
    {
        _folder = data is null ? new TempFolder() : null;
        (_data, _keys, _arguments) = (data ?? _folder!.Path, keys, arguments);
        Launch(port: 0);
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address => _listening.Task.Result;

    /// <summary>Reaches it.</summary>
    public HttpClient Client { get; private set; } = new();

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts one, and waits until it listens.</summary>
    /// <param name="data">Its data folder; null for one of its own, which ends with it.</param>
    /// <param name="keys">The keys that it takes; null for none.</param>
    /// <param name="arguments">What else it is started with.</param>
    public static async Task<ServeProcess> StartAsync(string? data = null, string? keys = null, params string[] arguments)
    {
        var server = new ServeProcess(data, keys, arguments);
        try
        {
            await server.ListensAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one, and waits until its model is ready too.</summary>
    /// <param name="data">Its data folder; null for one of its own, which ends with it.</param>
    /// <param name="arguments">What else it is started with.</param>
    public static async Task<ServeProcess> StartReadyAsync(string? data = null, params string[] arguments)
    {
        var server = await StartAsync(data, keys: null, arguments);
        try
        {
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
        return ListensAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder?.Dispose();
    }

    [GeneratedRegex(@"^Listening on (?<address>http://[^,\s]+)")]
    private static partial Regex Listening();

    private async Task ListensAsync()
    {
        var address = await _listening.Task.WaitAsync(_limit);
        Client.Dispose();
        Client = new HttpClient { BaseAddress = address };
    }

    private void Launch(int port)
    {
        var listening = _listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ready = _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
            [Path.Combine(AppContext.BaseDirectory, "Aigc.Standalone.dll"), "serve", "--port", $"{port}", "--data", _data, .. _arguments];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["AIGC_API_KEYS"] = _keys ?? "";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => Fail(listening, ready);
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
        if (line.EndsWith("is ready.", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private void Fail(TaskCompletionSource<Uri> listening, TaskCompletionSource ready)
    {
        var ended = new InvalidOperationException($"the server ended:\n{Output}");
        listening.TrySetException(ended);
        if (!ready.TrySetException(ended))
            return;
        // Not everybody waits for this.
        _ = ready.Task.Exception;
    }
}
