namespace Aigc.Inference.Models;

/// <summary>The shape of one latent: [Channels, Height, Width]. Only latents of one shape share a batch.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Rows of cells.</param>
/// <param name="Width">Columns of cells.</param>
public readonly record struct LatentShape(int Channels, int Height, int Width)
{
    /// <summary>Numbers in one latent.</summary>
    public int Length => Channels * Height * Width;
}
