using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Pictures to denoise and decode.</summary>
/// <param name="Pictures">The pictures; all of one size.</param>
/// <param name="Embeddings">The embedding of each prompt and negative prompt among them, by its text.</param>
/// <param name="Latents">
/// By <see cref="PictureSpec.Index"/>, the latent of the input picture of each picture that has one; null where none has.
/// </param>
public sealed record GenerateInput(
    IReadOnlyList<PictureSpec> Pictures,
    IReadOnlyDictionary<string, ArtifactRef> Embeddings,
    IReadOnlyDictionary<int, ArtifactRef>? Latents = null);
