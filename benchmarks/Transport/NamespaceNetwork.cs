using System.Diagnostics;

namespace Aigc.Benchmarks.Transport;

/// <summary>A network namespace for the services, and a link to it of 1 Gbit/s and 1 ms each way.</summary>
internal sealed class NamespaceNetwork : IBenchmarkNetwork, IDisposable
{
    private const string Space = "aigc-bench";
    private const string Near = "aigcb0";
    private const string Far = "aigcb1";

    private NamespaceNetwork(string name) => Name = name;

    public string Name { get; }

    public string ServerAddress => "10.213.7.2";

    public IReadOnlyList<string> Within => ["ip", "netns", "exec", Space];

    public long Bytes => InterfaceCounters.Received(Near) + InterfaceCounters.Sent(Near);

    /// <summary>Sets one up.</summary>
    /// <param name="why">What is lacking of it, where something is.</param>
    /// <returns>Null where nothing of it can be had.</returns>
    public static NamespaceNetwork? Create(out string? why)
    {
        if (!OperatingSystem.IsLinux())
        {
            why = "network namespaces are Linux's";
            return null;
        }

        string[][] setUp =
        [
            ["ip", "netns", "add", Space],
            ["ip", "link", "add", Near, "type", "veth", "peer", "name", Far, "netns", Space],
            ["ip", "addr", "add", "10.213.7.1/30", "dev", Near],
            ["ip", "link", "set", Near, "up"],
            ["ip", "-n", Space, "addr", "add", "10.213.7.2/30", "dev", Far],
            ["ip", "-n", Space, "link", "set", Far, "up"],
            ["ip", "-n", Space, "link", "set", "lo", "up"],
        ];
        // A run that was killed leaves its own.
        Remove();
        foreach (var command in setUp)
        {
            if (Run(command) is { } fault)
            {
                Remove();
                why = $"'{string.Join(' ', command)}' says: {fault}";
                return null;
            }
        }

        if (Shape("netem", "delay", "1ms", "rate", "1gbit") is not { } noDelay)
        {
            why = null;
            return new NamespaceNetwork("network of 1 ms each way and 1 Gbit/s");
        }

        why = $"no delay of 1 ms: 'tc qdisc add ... netem' says: {noDelay}";
        if (Shape("tbf", "rate", "1gbit", "burst", "256kb", "latency", "50ms") is not { } noRate)
            return new NamespaceNetwork("network of 1 Gbit/s, no delay");
        Remove();
        why = $"{why}; no limit of 1 Gbit/s: 'tc qdisc add ... tbf' says: {noRate}";
        return null;
    }

    public void Dispose() => Remove();

    private static string? Shape(params string[] discipline) =>
        Run(["tc", "qdisc", "add", "dev", Near, "root", .. discipline])
        ?? Run(["ip", "netns", "exec", Space, "tc", "qdisc", "add", "dev", Far, "root", .. discipline]);

    // The link goes with the namespace.
    private static void Remove() => Run(["ip", "netns", "del", Space]);

    /// <returns>What it said, where it failed.</returns>
    private static string? Run(string[] command)
    {
        try
        {
            var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Split('\n')[0].Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
