namespace Aigc.Inference.Onnx.Devices;

/// <summary>What a model runs on.</summary>
/// <param name="Provider"><c>cpu</c>, <c>cuda</c>, <c>tensorrt</c>, or the name of a plugin's execution provider.</param>
/// <param name="Index">Which of the provider's devices, from 0.</param>
/// <param name="Threads">Threads that work on one operator together, where the processors have a part in it.</param>
/// <param name="FallbackReason">
/// Why it is the processors although something else was asked for, or could have been had with <see cref="ExecutionProvider.Auto"/>;
/// otherwise null.
/// </param>
public sealed record ExecutionDevice(string Provider, int Index, int Threads, string? FallbackReason = null)
{
    internal const string Cpu = "cpu";
    internal const string Cuda = "cuda";
    internal const string TensorRT = "tensorrt";

    /// <summary>Whether it is the processors, whose memory is the host's.</summary>
    public bool IsHost => Provider == Cpu;
}
