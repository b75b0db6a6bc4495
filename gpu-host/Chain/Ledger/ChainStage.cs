namespace Aigc.Inference.Chain.Ledger;

/// <summary>What a moment of a call's time went to.</summary>
public enum ChainStage
{
    /// <summary>Waiting for the device.</summary>
    Queue,

    /// <summary>Waiting for a model that is being loaded.</summary>
    Load,

    /// <summary>Prompt to embedding.</summary>
    Understand,

    /// <summary>Input picture to latent.</summary>
    Prepare,

    /// <summary>Denoising, and decoding latents to pixels.</summary>
    Generate,

    /// <summary>Super-resolution.</summary>
    Enhance,

    /// <summary>Pixels to file, and file to pixels.</summary>
    Encode,

    /// <summary>Hashing, writing and reading artifacts.</summary>
    Store,
}
