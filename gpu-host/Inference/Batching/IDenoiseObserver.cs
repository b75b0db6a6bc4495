namespace Aigc.Inference.Batching;

/// <summary>Told how one picture's denoising goes, on the batcher's own thread between two steps: no member may block or throw.</summary>
public interface IDenoiseObserver
{
    /// <summary>It took part in a step.</summary>
    /// <param name="step">Steps done.</param>
    void Stepped(int step);

    /// <summary>Whether a preview is wanted once so many steps are done.</summary>
    bool WantsPreview(int step);

    /// <summary>The clean latent as the model estimates it now, in memory of its own.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="latent">[channels, height, width].</param>
    void Preview(int step, float[] latent);

    /// <summary>Whether a checkpoint is wanted now that so many steps are done.</summary>
    bool WantsCheckpoint(int step);

    /// <summary>A checkpoint.</summary>
    void Checkpoint(DenoiseCheckpoint checkpoint);
}
