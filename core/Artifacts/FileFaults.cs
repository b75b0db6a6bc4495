namespace Aigc.Artifacts;

internal static class FileFaults
{
    /// <summary>The fault that a failed file operation amounts to; null where the exception is none of the file system's.</summary>
    public static FaultException? From(Exception exception, string root, string path) => exception switch
    {
        IOException io when IsFull(io.HResult) => new FaultException(
            FaultKind.OutOfSpace,
            $"no space is left for the artifact folder '{root}': free some there, or choose a folder on another disk",
            io),
        UnauthorizedAccessException => Refused(exception, root, path),
        IOException io when IsReadOnly(io.HResult) => Refused(exception, root, path),
        IOException => new FaultException(
            FaultKind.Unavailable,
            $"'{path}' in the artifact folder '{root}' cannot be used: check the disk, and that no file stands where a folder should be",
            exception),
        _ => null,
    };

    private static FaultException Refused(Exception exception, string root, string path) => new(
        FaultKind.Unavailable,
        $"access to '{path}' is refused: let this account read and write the artifact folder '{root}', or choose another folder",
        exception);

    // An IOException carries errno on Unix and a wrapped Win32 code on Windows; the two do not overlap.
    private static bool IsFull(int code) => code is
        28 // ENOSPC
        or 122 or 69 // EDQUOT on Linux, on macOS
        or unchecked((int)0x80070070) or unchecked((int)0x80070027); // ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL

    private static bool IsReadOnly(int code) => code is
        30 // EROFS
        or unchecked((int)0x80070013); // ERROR_WRITE_PROTECT
}
