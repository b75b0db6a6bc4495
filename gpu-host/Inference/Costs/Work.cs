namespace Aigc.Inference.Costs;

/// <summary>Work beside denoising whose cost is learned.</summary>
public enum Work
{
    /// <summary>Prompt to embedding; size plays no part.</summary>
    Understand,

    /// <summary>Input picture to latent.</summary>
    Prepare,

    /// <summary>Latent to picture.</summary>
    Decode,

    /// <summary>Super-resolution.</summary>
    Enhance,
}
