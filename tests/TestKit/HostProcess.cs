using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Aigc.TestKit;

/// <summary>The GPU host as a process of its own, on free ports; for tests whose project references it.</summary>
public sealed partial class HostProcess : IAsyncDisposable
{
    // Long past any start here: a host that hangs fails the test and is ended.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _addresses = [];

    private HostProcess(IEnumerable<string> settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Aigc.GpuHost.dll"), "--Listen:GrpcPort", "0", "--Telemetry:JsonLogs", "false",
            "--Models:WarmUp", "false", .. settings,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"the host ended:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it takes calls.</summary>
    public Uri Address => new(_addresses[0]);

    /// <summary>Where it says how it is.</summary>
    public Uri Probes => new(_addresses[1]);

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
    public static async Task<HostProcess> StartAsync(params IEnumerable<string> settings)
    {
        var host = new HostProcess(settings);
        try
        {
            await host._listening.Task.WaitAsync(_limit);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a host that is not to start.</summary>
    public static async Task<(int ExitCode, string Output)> RefusedAsync(params IEnumerable<string> settings)
    {
        await using var host = new HostProcess(settings);
        var code = await host.ExitAsync();
        return (code, host.Output);
    }

    /// <summary>Asks it to end, as a platform does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(provider: null)]);
        kill.WaitForExit();
    }

    /// <summary>Ends it as it stands, without a word to it.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(_limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)")]
    private static partial Regex Listening();

    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (_output)
        {
            _output.AppendLine(line);
            if (Listening().Match(line) is not { Success: true } match)
                return;
            _addresses.Add(match.Groups["address"].Value);
            if (_addresses.Count == 2)
                _listening.TrySetResult();
        }
    }
}
