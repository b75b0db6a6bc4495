using Aigc.Inference.Onnx.Devices;

namespace Aigc.Inference.Onnx;

/// <summary>How ONNX Runtime is to run a model.</summary>
public sealed record OnnxRuntimeOptions
{
    /// <summary>Threads that work on one operator together, shared by every graph of the process.</summary>
    /// <value>The default is the number of processors. The first model loaded in a process decides.</value>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What runs the model.</summary>
    /// <value>The default is <see cref="ExecutionProvider.Auto"/>. Leave it so where <see cref="PluginLibrary"/> is set.</value>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    /// <summary>Which of the provider's devices, from 0.</summary>
    /// <value>The default is 0.</value>
    public int DeviceIndex { get; init; }

    /// <summary>
    /// Whether the processors take over when the provider asked for cannot start. <see cref="ExecutionDevice.FallbackReason"/> then says
    /// why.
    /// </summary>
    /// <value>The default is false: a host that was meant to have a device had better not serve at a hundredth of its speed.</value>
    public bool AllowFallback { get; init; }

    /// <summary>The path of an execution provider's own library, registered with ONNX Runtime in place of the providers built in.</summary>
    /// <value>The default is null.</value>
    public string? PluginLibrary { get; init; }

    /// <summary>Which of the execution providers of <see cref="PluginLibrary"/>, by the name it gives itself.</summary>
    /// <value>The default is null: the only one there is.</value>
    public string? PluginProvider { get; init; }

    /// <summary>
    /// The most that the arena of one graph takes of an NVIDIA device's memory, in bytes. A model has one arena for each graph.
    /// </summary>
    /// <value>The default is null: as much as there is.</value>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>
    /// Whether a run whose shapes differ from those of the graph's last run gives back what its arena does not use. It costs such a run
    /// fresh allocations; set it where several models share a device, and not on the processors, where the C library keeps in pieces
    /// what is given back and the process grows. A denoiser with <see cref="CudaGraph"/> never does.
    /// </summary>
    /// <value>The default is false.</value>
    public bool ShrinkArena { get; init; }

    /// <summary>
    /// Whether the denoiser's launches are recorded once and replayed, on CUDA only. Steps are then padded to 1, 2, 4, 8 or 16 rows and
    /// so on, and every operator of the denoiser must be one that CUDA runs. Worth it where a step takes few milliseconds.
    /// </summary>
    /// <remarks>No test has run it on a device: the project's tests have none.</remarks>
    /// <value>The default is false.</value>
    public bool CudaGraph { get; init; }

    /// <summary>Where jobs are between steps.</summary>
    /// <value>The default is <see cref="DenoiserPlacement.Auto"/>.</value>
    public DenoiserPlacement Denoiser { get; init; } = DenoiserPlacement.Auto;
}
