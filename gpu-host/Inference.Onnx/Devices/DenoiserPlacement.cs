namespace Aigc.Inference.Onnx.Devices;

/// <summary>Where a job's latent, history and embeddings are between steps.</summary>
public enum DenoiserPlacement
{
    /// <summary>On the device, unless the device is the processors.</summary>
    Auto,

    /// <summary>In the host's memory: each step takes the model's input there and its output back.</summary>
    Host,

    /// <summary>On the device, even where that is the processors: the same code as on any other, which is how it is tested.</summary>
    Device,
}
