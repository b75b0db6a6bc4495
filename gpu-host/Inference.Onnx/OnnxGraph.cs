using Aigc.Inference.Faults;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>One graph, ready to run, with what it says of its inputs and outputs.</summary>
internal sealed class OnnxGraph : IDisposable
{
    private readonly string _path;

    private OnnxGraph(string path, InferenceSession session)
    {
        _path = path;
        Session = session;
    }

    public InferenceSession Session { get; }

    public static OnnxGraph Load(string path, OnnxRuntimeOptions options)
    {
        OnnxEnvironment.Ensure(options.Threads);
        try
        {
            using var session = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
            session.DisablePerSessionThreads();
            return new OnnxGraph(path, new InferenceSession(path, session));
        }
        catch (OnnxRuntimeException e)
        {
            throw new InferenceException(
                InferenceFault.BadModel,
                $"'{path}' is not a graph that ONNX Runtime can load ({e.Message}): export the model again, or fetch it again",
                innerException: e);
        }
    }

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
    public void Run(OrtIoBinding binding, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var run = new RunOptions();
        using var cancellation = cancellationToken.UnsafeRegister(static run => ((RunOptions)run!).Terminate = true, run);
        try
        {
            Session.RunWithBinding(run, binding);
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
