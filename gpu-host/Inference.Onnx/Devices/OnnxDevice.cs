using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>An execution provider that has started, and how sessions on it are set up.</summary>
internal sealed class OnnxDevice
{
    private readonly OnnxRuntimeOptions _options;
    private readonly OrtEpDevice? _plugin;

    internal OnnxDevice(ExecutionDevice inUse, OnnxRuntimeOptions options, OrtEpDevice? plugin = null)
    {
        InUse = inUse;
        _options = options;
        _plugin = plugin;
        CapturesGraphs = options.CudaGraph && inUse.Provider == ExecutionDevice.Cuda;
        ShrinkList = !options.ShrinkArena ? null : inUse.Provider switch
        {
            ExecutionDevice.Cpu => "cpu:0",
            ExecutionDevice.Cuda or ExecutionDevice.TensorRT => $"gpu:{Number(inUse.Index)}",
            _ => null,
        };
    }

    public ExecutionDevice InUse { get; }

    /// <summary>Whether the denoiser's session records CUDA graphs.</summary>
    public bool CapturesGraphs { get; }

    /// <summary>The arenas that a run shrinks, as ONNX Runtime's run option lists them; null where none is.</summary>
    public string? ShrinkList { get; }

    /// <summary>Sets up a session.</summary>
    /// <exception cref="OnnxRuntimeException">The provider cannot be had.</exception>
    public SessionOptions CreateSessionOptions(GraphUse use)
    {
        var session = new SessionOptions
        {
            // The few nodes of arithmetic are to round as they are written.
            GraphOptimizationLevel = use == GraphUse.Arithmetic
                ? GraphOptimizationLevel.ORT_DISABLE_ALL
                : GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        try
        {
            session.DisablePerSessionThreads();
            session.AddSessionConfigEntry(OnnxEnvironment.SharesArena, "1");
            AppendProvider(session, use);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a graph of one node: a provider may well be listed, and fail only then.</summary>
    /// <exception cref="OnnxRuntimeException">It failed.</exception>
    public void Probe()
    {
        var graph = new OnnxWriter().Input("x", TensorElementType.Float, 1).Output("y", TensorElementType.Float, 1).Node("Neg", ["x"], "y");
        // TensorRT has a library of its own, which arithmetic does without.
        using (CreateSessionOptions(GraphUse.Network))
        {
        }

        using var options = CreateSessionOptions(GraphUse.Arithmetic);
        using var session = new InferenceSession(graph.ToArray(), options);
        using var run = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(new float[1], [1]);
        using var y = session.Run(run, ["x"], [x], ["y"]);
    }

    private void AppendProvider(SessionOptions session, GraphUse use)
    {
        if (_plugin is not null)
        {
            session.AppendExecutionProvider(OrtEnv.Instance(), [_plugin], new Dictionary<string, string>());
            return;
        }

        if (InUse.IsHost)
            return;
        // TensorRT builds an engine for each graph, which would take longer than the arithmetic ever saves.
        if (InUse.Provider == ExecutionDevice.TensorRT && use != GraphUse.Arithmetic)
        {
            using var tensorRT = new OrtTensorRTProviderOptions();
            tensorRT.UpdateOptions(new Dictionary<string, string> { ["device_id"] = Number(InUse.Index) });
            session.AppendExecutionProvider_Tensorrt(tensorRT);
        }

        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(CudaOptions(use));
        session.AppendExecutionProvider_CUDA(cuda);
    }

    internal Dictionary<string, string> CudaOptions(GraphUse use)
    {
        var options = new Dictionary<string, string>
        {
            ["device_id"] = Number(InUse.Index),
            // Doubling at each extension, the default, takes far more than odd batch sizes ever use.
            ["arena_extend_strategy"] = "kSameAsRequested",
        };
        if (_options.MemoryLimitBytes is { } limit)
            options["gpu_mem_limit"] = Number(limit);
        if (use == GraphUse.Arithmetic)
            options["use_tf32"] = "0";
        if (use == GraphUse.Denoiser && CapturesGraphs)
            options["enable_cuda_graph"] = "1";
        return options;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
