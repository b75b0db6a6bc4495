using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>Libraries of execution providers, registered once in a process and never taken out: sessions hold on to them.</summary>
internal static class PluginLibraries
{
    private static readonly Lock _gate = new();
    private static readonly Dictionary<string, OrtEpDevice[]> _devices = new(StringComparer.Ordinal);

    /// <summary>The devices that a library brings.</summary>
    /// <exception cref="OnnxRuntimeException">It cannot be loaded, or is not a library of execution providers.</exception>
    public static IReadOnlyList<OrtEpDevice> Devices(string path)
    {
        var full = Path.GetFullPath(path);
        lock (_gate)
        {
            if (_devices.TryGetValue(full, out var known))
                return known;
            var environment = OrtEnv.Instance();
            // Devices name their provider and not their library: those that registering added are the library's.
            var before = environment.GetEpDevices().Select(device => device.EpName).ToHashSet(StringComparer.Ordinal);
            environment.RegisterExecutionProviderLibrary($"aigc.plugin.{_devices.Count}", full);
            return _devices[full] = [.. environment.GetEpDevices().Where(device => !before.Contains(device.EpName))];
        }
    }
}
