namespace Aigc.Inference.Models;

/// <summary>The denoiser's inputs and output for some rows, in memory that stays where it is from step to step.</summary>
public interface IDenoiseBatch : IDisposable
{
    /// <summary>The shape of each row's latent.</summary>
    LatentShape Shape { get; }

    /// <summary>The most rows of one run.</summary>
    int Capacity { get; }

    /// <summary>A row's model input, [channels, height, width], to be written before a run.</summary>
    Span<float> Sample(int row);

    /// <summary>Sets the timestep that a row is told.</summary>
    void SetTimestep(int row, float timestep);

    /// <summary>Sets a row's text embedding; it stays until it is set again.</summary>
    /// <param name="row">The row.</param>
    /// <param name="embedding"><see cref="ModelDescription.EmbeddingLength"/> numbers.</param>
    void SetEmbedding(int row, ReadOnlySpan<float> embedding);

    /// <summary>
    /// Sets the guidance scale that a row is told; nothing happens where <see cref="ModelDescription.EmbedsGuidance"/> is false.
    /// </summary>
    void SetGuidance(int row, float guidance);

    /// <summary>Runs the denoiser over the first <paramref name="rows"/> rows.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, within the run.</exception>
    void Run(int rows, CancellationToken cancellationToken);

    /// <summary>What the last run said of a row, [channels, height, width].</summary>
    ReadOnlySpan<float> Output(int row);
}
