using System.Globalization;

namespace Aigc.Benchmarks.Transport;

/// <summary>What the kernel has counted on a network interface.</summary>
internal static class InterfaceCounters
{
    public static long Received(string name) => Read(name, "rx_bytes");

    public static long Sent(string name) => Read(name, "tx_bytes");

    private static long Read(string name, string counter)
    {
        var path = $"/sys/class/net/{name}/statistics/{counter}";
        return File.Exists(path) ? long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) : 0;
    }
}
