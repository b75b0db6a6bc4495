using System.Globalization;
using Aigc.Inference.Faults;
using Aigc.Inference.Onnx.Devices;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>One graph, ready to run, with what it says of its inputs and outputs.</summary>
internal sealed class OnnxGraph : IDisposable
{
    private readonly string _path;

    // What ran last, so that memory is given back only where the next run needs another amount of it.
    private GraphBinding? _ranLast;

    private OnnxGraph(string path, GraphUse use, OnnxDevice device, InferenceSession session)
    {
        _path = path;
        Device = device;
        Session = session;
        Recordings = use == GraphUse.Denoiser && device.CapturesGraphs ? new CudaGraphRecordings() : null;
    }

    public InferenceSession Session { get; }

    public OnnxDevice Device { get; }

    /// <summary>What of this graph's runs is recorded as CUDA graphs; null where nothing is.</summary>
    public CudaGraphRecordings? Recordings { get; }

    public static OnnxGraph Load(string path, OnnxRuntimeOptions options, GraphUse use = GraphUse.Network)
    {
        var device = DeviceSelector.Start(options);
        using var _ = CaptureGate.EnterBesideOthers();
        try
        {
            using var session = device.CreateSessionOptions(use);
            return new OnnxGraph(path, use, device, new InferenceSession(path, session));
        }
        catch (OnnxRuntimeException e)
        {
            var mend = use == GraphUse.Denoiser && device.CapturesGraphs ? ", or turn CudaGraph off" : "";
            throw new InferenceException(
                InferenceFault.BadModel,
                $"'{path}' is not a graph that ONNX Runtime can load ({e.Message}): export the model again, or fetch it again{mend}",
                innerException: e);
        }
    }

    /// <summary>Binds memory to a run.</summary>
    /// <param name="inDeviceMemory">
    /// Whether every input is where the graph wants it, so that what is bound once is what each run reads.
    /// </param>
    public GraphBinding CreateBinding(bool inDeviceMemory = false) =>
        new(Session.CreateIoBinding(), bindsAgain: !inDeviceMemory && !Device.InUse.IsHost);

    public TensorPort Input(string name) => Port(name, Session.InputMetadata, "input");

    /// <summary>An input that not every graph has, or null.</summary>
    public TensorPort? FindInput(string name) => Session.InputMetadata.ContainsKey(name) ? Input(name) : null;

    public TensorPort Output(string name) => Port(name, Session.OutputMetadata, "output");

    /// <summary>The only output, whatever its name.</summary>
    public TensorPort FirstOutput() => Output(Session.OutputNames[0]);

    /// <summary>Makes a buffer of a port's element type.</summary>
    public TensorBuffer CreateBuffer(TensorPort port, int length)
    {
        try
        {
            return TensorBuffer.Create(port.Type, length);
        }
        catch (NotSupportedException e)
        {
            throw Unfit($"'{port.Name}' {e.Message}");
        }
    }

    /// <summary>Runs the bound graph; a cancelled token stops it between two operators.</summary>
    /// <param name="binding">Of this graph.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="captured">The recording that the run makes or replays; 0 where it is not recorded.</param>
    public void Run(GraphBinding binding, CancellationToken cancellationToken, int captured = 0)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var _ = CaptureGate.EnterBesideOthers();
        using var run = new RunOptions();
        // A session that records does so on every run that does not say otherwise.
        if (Recordings is not null)
            run.AddRunConfigEntry("gpu_graph_id", captured == 0 ? "-1" : captured.ToString(CultureInfo.InvariantCulture));
        else if (Device.ShrinkList is { } arenas && Interlocked.Exchange(ref _ranLast, binding) != binding)
            run.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", arenas);
        using var cancellation = cancellationToken.UnsafeRegister(static run => ((RunOptions)run!).Terminate = true, run);
        try
        {
            Session.RunWithBinding(run, binding.Ready());
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InferenceException(
                InferenceFault.BadModel,
                $"'{_path}' failed while it ran ({e.Message}): it is not of the kind its folder says, or memory ran out",
                innerException: e);
        }
    }

    public InferenceException Unfit(string what) => new(
        InferenceFault.BadModel, $"'{_path}' {what}: export the model again with the signatures of Stable Diffusion");

    public void Dispose() => Session.Dispose();

    private TensorPort Port(string name, IReadOnlyDictionary<string, NodeMetadata> ports, string kind) =>
        ports.TryGetValue(name, out var metadata) && metadata.IsTensor
        ? new TensorPort(name, metadata.ElementDataType, metadata.Dimensions)
        : throw Unfit($"has no {kind} '{name}' (it has {string.Join(", ", ports.Keys)})");
}
