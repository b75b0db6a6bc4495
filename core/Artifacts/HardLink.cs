using System.Runtime.InteropServices;

namespace Aigc.Artifacts;

/// <summary>A second name for a file: the one way on Unix to take a name only if nobody has it.</summary>
internal static partial class HardLink
{
    // The same number on Linux and macOS.
    private const int NameTaken = 17;

    /// <summary>Gives a file another name.</summary>
    /// <returns>False where that name is taken; null where there are no such links.</returns>
    public static bool? TryCreate(string file, string name)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (Link(file, name) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == NameTaken ? false : null;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string file, string name);
}
