using Aigc.Inference.Faults;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>Starts the execution provider that options ask for, once for each set of options.</summary>
internal static class DeviceSelector
{
    private static readonly Lock _gate = new();
    private static readonly Dictionary<OnnxRuntimeOptions, OnnxDevice> _started = [];

    /// <summary>Finds what to run on.</summary>
    /// <exception cref="InferenceException">
    /// <see cref="InferenceFault.DeviceUnavailable"/>: the provider cannot start, and <see cref="OnnxRuntimeOptions.AllowFallback"/> is
    /// off.
    /// </exception>
    public static OnnxDevice Start(OnnxRuntimeOptions options)
    {
        OnnxEnvironment.Ensure(options.Threads);
        lock (_gate)
        {
            if (_started.TryGetValue(options, out var started))
                return started;
            return _started[options] = Choose(options);
        }
    }

    private static OnnxDevice Choose(OnnxRuntimeOptions options)
    {
        if (options.DeviceIndex < 0)
            throw Unavailable($"device index {options.DeviceIndex} is below 0", "count devices from 0");
        if (options is { PluginLibrary: null, Provider: ExecutionProvider.Cpu })
            return Processors(options, reason: null);
        try
        {
            return options.PluginLibrary is { } library ? Plugin(library, options) : BuiltIn(options);
        }
        catch (InferenceException e) when (options.AllowFallback || options is { Provider: ExecutionProvider.Auto, PluginLibrary: null })
        {
            return Processors(options, e.Message);
        }
    }

    private static OnnxDevice Processors(OnnxRuntimeOptions options, string? reason) =>
        new(new ExecutionDevice(ExecutionDevice.Cpu, 0, options.Threads, reason), options);

    private static OnnxDevice BuiltIn(OnnxRuntimeOptions options)
    {
        var (name, listed) = options.Provider == ExecutionProvider.TensorRT
            ? (ExecutionDevice.TensorRT, "TensorrtExecutionProvider")
            : (ExecutionDevice.Cuda, "CUDAExecutionProvider");
        if (!OrtEnv.Instance().GetAvailableProviders().Contains(listed))
            throw Unavailable($"this build has no provider '{name}'", "build with -p:OnnxRuntime=gpu, or take the image that has it");
        return Started(new OnnxDevice(new ExecutionDevice(name, options.DeviceIndex, options.Threads), options), Mend(name));
    }

    private static OnnxDevice Plugin(string library, OnnxRuntimeOptions options)
    {
        if (options.Provider != ExecutionProvider.Auto)
        {
            throw Unavailable(
                $"both provider '{options.Provider}' and the plugin library '{library}' are asked for", "leave the one or the other out");
        }

        if (!File.Exists(library))
            throw Unavailable($"there is no plugin library '{library}'", "correct its path");
        OrtEpDevice[] devices;
        try
        {
            devices = [.. PluginLibraries.Devices(library)];
        }
        catch (OnnxRuntimeException e)
        {
            throw Unavailable(
                $"the plugin library '{library}' cannot be registered ({Line(e)})",
                $"take one that is built for ONNX Runtime {OrtEnv.Instance().GetVersionString()}", e);
        }

        var names = devices.Select(device => device.EpName).Distinct().ToArray();
        var name = options.PluginProvider ?? (names.Length == 1 ? names[0] : null);
        devices = [.. devices.Where(device => device.EpName == name)];
        if (name is null || options.DeviceIndex >= devices.Length)
        {
            throw Unavailable(
                $"the plugin library '{library}' has no device {options.DeviceIndex} of provider '{name ?? "(none named)"}' "
                + $"(it has {(names.Length == 0 ? "none on this machine" : string.Join(", ", names))})",
                "correct the plugin's provider name or the device index");
        }

        var inUse = new ExecutionDevice(name, options.DeviceIndex, options.Threads);
        return Started(new OnnxDevice(inUse, options, devices[options.DeviceIndex]), "see what the plugin's own documents ask for");
    }

    private static OnnxDevice Started(OnnxDevice device, string mend)
    {
        try
        {
            device.Probe();
            return device;
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw Unavailable($"provider '{device.InUse.Provider}' cannot start on device {device.InUse.Index} ({Line(e)})", mend, e);
        }
    }

    private static string Mend(string provider) =>
        "see that the machine has such a device and its driver, and the container CUDA 13"
        + $"{(provider == ExecutionDevice.TensorRT ? ", TensorRT 10" : "")} and cuDNN 9, or ask for cpu";

    // The runtime's messages begin with where in its sources they come from, and what is wrong comes last.
    private static string Line(Exception e)
    {
        var text = e.Message.ReplaceLineEndings(" ").Trim();
        var fail = text.LastIndexOf(": FAIL : ", StringComparison.Ordinal);
        return fail < 0 ? text : text[(fail + 9)..];
    }

    private static InferenceException Unavailable(string what, string mend, Exception? cause = null) =>
        new(InferenceFault.DeviceUnavailable, $"{what}: {mend}", innerException: cause);
}
