using System.Diagnostics;

namespace Aigc.TestKit;

/// <summary>A real file system of a few KiB, to be filled or found read-only; see <see cref="SmallDiskFactAttribute"/>.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="options">Mount options, as in <c>size=64k</c> or <c>ro</c>.</param>
    public SmallDisk(string options)
    {
        if (Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", Path))
            return;
        _folder.Dispose();
        throw new InvalidOperationException("mounting a tmpfs failed");
    }

    /// <summary>Why none can be had on this machine; null where one can.</summary>
    public static string? Missing => LazyMissing.Value;

    /// <summary>The folder it is mounted on.</summary>
    public string Path => _folder.Path;

    private static Lazy<string?> LazyMissing { get; } = new(Try);

    /// <summary>Changes the mount options, as in <c>size=128k</c>; what is on the disk stays.</summary>
    public void Remount(string options)
    {
        if (!Run("mount", "-o", $"remount,{options}", Path))
            throw new InvalidOperationException("mounting a tmpfs again failed");
    }

    public void Dispose()
    {
        Run("umount", Path);
        _folder.Dispose();
    }

    private static string? Try()
    {
        const string Reason = "A small disk needs Linux and the right to mount one: run as root";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return Reason;
        try
        {
            new SmallDisk("size=64k").Dispose();
            return null;
        }
        catch (InvalidOperationException)
        {
            return Reason;
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
