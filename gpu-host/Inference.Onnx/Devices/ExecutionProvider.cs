namespace Aigc.Inference.Onnx.Devices;

/// <summary>What of ONNX Runtime runs a model's operators.</summary>
public enum ExecutionProvider
{
    /// <summary>CUDA where it can start, otherwise the processors.</summary>
    Auto,

    /// <summary>The processors.</summary>
    Cpu,

    /// <summary>An NVIDIA device, by CUDA; wants a build with <c>-p:OnnxRuntime=gpu</c>, CUDA 13 and cuDNN 9.</summary>
    Cuda,

    /// <summary>An NVIDIA device, by TensorRT, and by CUDA for what TensorRT leaves out; wants TensorRT 10 besides.</summary>
    TensorRT,
}
