using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Aigc.TestKit;

/// <summary>
/// A real <c>redis-server</c> on a free port with nothing in it. Where it is not installed the fixture does nothing, and the tests that need
/// it are skipped by <see cref="RedisFactAttribute"/>.
/// </summary>
public sealed class RedisFixture : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private Process? _process;

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>As clients read it.</summary>
    public string Configuration => $"127.0.0.1:{Port}";

    public async Task InitializeAsync()
    {
        if (RedisInstallation.Missing is not null)
            return;
        // Redis takes no port 0: one that was free a moment ago, and the next one where another process was faster.
        for (var left = 5; ; left--)
        {
            Port = FreePort();
            if (await StartAsync() || left == 0)
                break;
        }
    }

    /// <summary>Ends it as it stands.</summary>
    public void Kill()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>Starts it again where it was, with nothing in it.</summary>
    public async Task RestartAsync()
    {
        if (!await StartAsync())
            throw new InvalidOperationException("redis-server did not start again");
    }

    /// <summary>Sends a command by hand, as in <c>CONFIG SET maxmemory 1</c>.</summary>
    /// <returns>The first line of the answer.</returns>
    public async Task<string> CommandAsync(params string[] parts)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        var text = new StringBuilder($"*{parts.Length}\r\n");
        foreach (var part in parts)
            text.Append($"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync() ?? "";
    }

    /// <summary>Waits for a key: a cache may answer first and write then.</summary>
    public async Task ExistsAsync(string key)
    {
        using var limit = new CancellationTokenSource(_limit);
        while (await CommandAsync("EXISTS", key) != ":1")
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"Redis has no key '{key}'");
        }
    }

    public Task DisposeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => Kill();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> StartAsync()
    {
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(RedisInstallation.Server)
        {
            ArgumentList = { "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--enable-debug-command", "local" },
            RedirectStandardOutput = true,
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Ready to accept connections", StringComparison.Ordinal) == true)
                ready.TrySetResult(true);
        };
        _process.Exited += (_, _) => ready.TrySetResult(false);
        _process.Start();
        _process.BeginOutputReadLine();
        return await ready.Task.WaitAsync(_limit);
    }
}
