namespace Aigc.Inference.Models;

/// <summary>What a loaded model's graphs say of themselves.</summary>
/// <param name="Name">The model's name, for people.</param>
/// <param name="TokenCount">How many token ids each text encoder takes.</param>
/// <param name="EmbeddingWidth">The width of one token's embedding: where there are two text encoders, both of theirs together.</param>
/// <param name="LatentChannels">Channels of a latent.</param>
/// <param name="LatentFactor">How many pixels a side one latent cell stands for.</param>
/// <param name="SampleSize">The side of the pictures it was trained on, in pixels.</param>
/// <param name="EnhanceFactor">How many times wider and higher the enhancer makes a picture; 0 where there is none.</param>
public sealed record ModelDescription(
    string Name, int TokenCount, int EmbeddingWidth, int LatentChannels, int LatentFactor, int SampleSize, int EnhanceFactor)
{
    /// <summary>The width of the one vector that stands for the whole prompt, as SDXL's denoiser takes it.</summary>
    /// <value>The default is 0: the denoiser takes none.</value>
    public int PooledWidth { get; init; }

    /// <summary>
    /// Whether the denoiser is told the guidance scale (an LCM). A picture then takes one row whatever its guidance is, and no negative
    /// prompt has any effect.
    /// </summary>
    public bool EmbedsGuidance { get; init; }

    /// <summary>Whether the model can encode pictures.</summary>
    public bool HasEncoder { get; init; }

    /// <summary>Whether a prompt without a token embeds as zeros (<see cref="ModelFolder.ForceZerosForEmptyPrompt"/>).</summary>
    public bool ForceZerosForEmptyPrompt { get; init; }

    /// <summary>
    /// Numbers in one prompt's embedding: [<see cref="TokenCount"/>, <see cref="EmbeddingWidth"/>], then <see cref="PooledWidth"/> more.
    /// </summary>
    public int EmbeddingLength => TokenCount * EmbeddingWidth + PooledWidth;
}
