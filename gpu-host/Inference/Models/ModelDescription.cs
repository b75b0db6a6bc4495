namespace Aigc.Inference.Models;

/// <summary>What a loaded model's graphs say of themselves.</summary>
/// <param name="Name">The model's name, for people.</param>
/// <param name="TokenCount">How many token ids the text encoder takes.</param>
/// <param name="EmbeddingWidth">The width of one token's embedding.</param>
/// <param name="LatentChannels">Channels of a latent.</param>
/// <param name="LatentFactor">How many pixels a side one latent cell stands for.</param>
/// <param name="SampleSize">The side of the pictures it was trained on, in pixels.</param>
/// <param name="EnhanceFactor">How many times wider and higher the enhancer makes a picture; 0 where there is none.</param>
public sealed record ModelDescription(
    string Name, int TokenCount, int EmbeddingWidth, int LatentChannels, int LatentFactor, int SampleSize, int EnhanceFactor)
{
    /// <summary>Numbers in one prompt's embedding.</summary>
    public int EmbeddingLength => TokenCount * EmbeddingWidth;
}
