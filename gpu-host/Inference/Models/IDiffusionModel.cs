using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;

namespace Aigc.Inference.Models;

/// <summary>
/// The networks of one model, on whatever runs them. Calls may come from any thread; how many run at once is the caller's
/// to limit.
/// </summary>
/// <remarks>
/// Every method throws <see cref="InferenceException"/> with <see cref="InferenceFault.BadModel"/> where a graph cannot be
/// loaded or is not of the kind expected, and <see cref="OperationCanceledException"/> when cancelled, even within a run.
/// </remarks>
public interface IDiffusionModel : IDisposable
{
    /// <summary>What the graphs say of themselves.</summary>
    ModelDescription Description { get; }

    /// <summary>Embeds prompts.</summary>
    /// <param name="prompts">Token ids, <see cref="ModelDescription.TokenCount"/> each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>For each prompt <see cref="ModelDescription.EmbeddingLength"/> numbers, [tokens, width].</returns>
    IReadOnlyList<float[]> EncodeText(IReadOnlyList<ReadOnlyMemory<int>> prompts, CancellationToken cancellationToken);

    /// <summary>Makes a denoiser with buffers of its own.</summary>
    /// <param name="shape">The shape of its latents.</param>
    /// <param name="capacity">The most rows of one step.</param>
    IDenoiser CreateDenoiser(LatentShape shape, int capacity);

    /// <summary>Encodes a picture into a latent: the middle of the distribution that the encoder gives.</summary>
    /// <param name="picture">Sides are multiples of <see cref="ModelDescription.LatentFactor"/>; its alpha is left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>[channels, height, width], scaled as the denoiser expects it.</returns>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: the model has no encoder.</exception>
    float[] Encode(Picture picture, CancellationToken cancellationToken);

    /// <summary>Decodes one latent into a picture.</summary>
    /// <param name="latent">[channels, height, width], as the scheduler left it.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken);

    /// <summary>Makes a picture <see cref="ModelDescription.EnhanceFactor"/> times wider and higher.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Picture Enhance(Picture picture, CancellationToken cancellationToken);
}
