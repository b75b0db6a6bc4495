namespace Aigc.TestKit;

/// <summary>Whether a Redis can be started on this machine.</summary>
public static class RedisInstallation
{
    internal const string Server = "/usr/bin/redis-server";

    /// <summary>Why it cannot be; null where it can.</summary>
    public static string? Missing { get; } = File.Exists(Server) ? null : $"{Server} is missing: run ./test.sh as root, or apt-get install redis-server";
}
