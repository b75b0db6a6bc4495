using System.ComponentModel.DataAnnotations;
using Aigc.GpuHost.Telemetry;
using Aigc.Inference.Admission;
using Aigc.Inference.Batching;
using Aigc.Inference.Chain;
using Aigc.Inference.Onnx;

namespace Aigc.GpuHost.Configuration;

/// <summary>Everything the host can be told, by section.</summary>
public sealed record GpuHostOptions
{
    /// <summary>Where it listens.</summary>
    public ListenOptions Listen { get; init; } = new();

    /// <summary>Where artifacts are kept.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>What it shares with other hosts.</summary>
    public CacheOptions Cache { get; init; } = new();

    /// <summary>Which models it serves.</summary>
    public ModelOptions Models { get; init; } = new();

    /// <summary>What graphs run on.</summary>
    public OnnxRuntimeOptions Execution { get; init; } = new();

    /// <summary>How denoising steps are shared.</summary>
    public BatchingOptions Batching { get; init; } = new();

    /// <summary>How much work may wait.</summary>
    public AdmissionOptions Admission { get; init; } = new();

    /// <summary>Checkpoints and input pictures.</summary>
    public ChainOptions Chain { get; init; } = new();

    /// <summary>What one call may ask for.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>How it ends.</summary>
    public ShutdownOptions Shutdown { get; init; } = new();

    /// <summary>How it tells what it does.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Pictures embedded, prepared, decoded or enhanced at once, beside the denoising.</summary>
    /// <value>The default is 1: on one device more only take turns.</value>
    [Range(1, 64)]
    public int Lanes { get; init; } = 1;
}
