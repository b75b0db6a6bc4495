namespace Aigc.Inference.Onnx.Devices;

/// <summary>What a graph is for, which decides how its session is set up.</summary>
internal enum GraphUse
{
    /// <summary>A network that runs once for each picture or prompt.</summary>
    Network,

    /// <summary>The network that runs at each step.</summary>
    Denoiser,

    /// <summary>The arithmetic between a denoiser's runs: exact, as written.</summary>
    Arithmetic,
}
