namespace Aigc.TestKit;

/// <summary>Where Node.js is on this machine.</summary>
internal static class NodeInstallation
{
    /// <summary>The program; null where there is none on the path.</summary>
    public static string? Node => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node"))
        .FirstOrDefault(File.Exists);
}
