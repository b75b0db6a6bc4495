using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Aigc.Benchmarks.Transport;

/// <summary>A <see cref="StageServer"/> in a process of its own, and in a network namespace of its own where one is named.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, ServerAddresses addresses) => (_process, Addresses) = (process, addresses);

    public ServerAddresses Addresses { get; }

    /// <summary>Processor time that it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ServerProcess> StartAsync(IBenchmarkNetwork network, string model, string store, SpinTimes times)
    {
        string[] self = ["dotnet", typeof(ServerProcess).Assembly.Location];
        string[] ms = [Text(times.Understand), Text(times.Generate), Text(times.Enhance)];
        string[] what = ["chain-server", network.ServerAddress, model, store, .. ms];
        string[] command = [.. network.Within, .. self, .. what];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // No setting changes while it runs, and nine services watching for that may be more than one user is let.
        start.Environment["DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE"] = "false";
        var process = Process.Start(start)!;
        // Hosts write their log there too.
        while (await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (!line.StartsWith(StageServer.Mark, StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return new ServerProcess(process, JsonSerializer.Deserialize<ServerAddresses>(line[StageServer.Mark.Length..])!);
        }

        throw new InvalidOperationException($"the server ended: {string.Join(' ', command)}");

        static string Text(double ms) => ms.ToString(CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
