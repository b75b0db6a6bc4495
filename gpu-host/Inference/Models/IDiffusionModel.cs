using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Models;

/// <summary>
/// The networks of one model, on whatever runs them. Calls may come from any thread; how many run at once is the caller's
/// to limit. Disposed once no call is running; disposing twice does nothing.
/// </summary>
/// <remarks>
/// Every method throws <see cref="InferenceException"/> with <see cref="InferenceFault.BadModel"/> where a graph cannot be
/// loaded or is not of the kind expected, and <see cref="OperationCanceledException"/> when cancelled, even within a run.
/// </remarks>
public interface IDiffusionModel : IDisposable
{
    /// <summary>What the graphs say of themselves.</summary>
    ModelDescription Description { get; }

    /// <summary>Bytes of the model's graph and weight files: about what it takes before it runs, for a memory budget.</summary>
    long MemoryBytes { get; }

    /// <summary>
    /// Embeds one prompt. There is no call for several: an embedding must not depend on which others shared its run, and not every
    /// provider's kernels promise that.
    /// </summary>
    /// <param name="prompt">What each tokenizer made of it, <see cref="ModelDescription.TokenCount"/> ids each, in the order of
    /// <see cref="ModelFolder.TextEncoders"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see cref="ModelDescription.EmbeddingLength"/> numbers: [tokens, width], then the pooled vector where the model has
    /// one.</returns>
    float[] EncodeText(IReadOnlyList<TokenizedPrompt> prompt, CancellationToken cancellationToken);

    /// <summary>Makes a denoiser with buffers of its own.</summary>
    /// <param name="shape">The shape of its latents.</param>
    /// <param name="capacity">The most rows of one step.</param>
    IDenoiser CreateDenoiser(LatentShape shape, int capacity);

    /// <summary>Encodes a picture into a latent: the middle of the distribution that the encoder gives.</summary>
    /// <param name="picture">Sides are multiples of <see cref="ModelDescription.LatentFactor"/>; its alpha is left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>[channels, height, width], scaled as the denoiser expects it.</returns>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: the model has no encoder, or a side is no such
    /// multiple.</exception>
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
