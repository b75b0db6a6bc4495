using System.Runtime.InteropServices;

namespace Aigc.Inference.Onnx;

/// <summary>The C library's heap, where ONNX Runtime keeps what weights it has read or repacked.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Gives free pages back to the system. glibc keeps what one model freed for the next, which would leave a host that has evicted a
    /// model no room for anything else. Nothing happens on other systems.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimGlibc(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library without that call.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimGlibc(nuint keep);
}
