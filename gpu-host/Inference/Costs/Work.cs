namespace Aigc.Inference.Costs;

/// <summary>Work beside denoising. What the device does is learned.</summary>
public enum Work
{
    /// <summary>Prompt to embedding; size plays no part.</summary>
    Understand,

    /// <summary>Input picture's file to a picture of the size to be made, on the processors: its cost is not learned.</summary>
    Fit,

    /// <summary>Input picture of that size to latent.</summary>
    Prepare,

    /// <summary>Latent to picture.</summary>
    Decode,

    /// <summary>Super-resolution.</summary>
    Enhance,
}
