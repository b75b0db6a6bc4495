namespace Aigc.Inference.Onnx;

/// <summary>How ONNX Runtime is to run a model.</summary>
public sealed record OnnxRuntimeOptions
{
    /// <summary>Threads that work on one operator together, shared by every graph of the process.</summary>
    /// <value>The default is the number of processors. The first model loaded in a process decides.</value>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
