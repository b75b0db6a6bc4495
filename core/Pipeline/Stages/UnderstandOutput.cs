using Aigc.Artifacts;

namespace Aigc.Pipeline.Stages;

/// <summary>Embedded texts.</summary>
/// <param name="Embeddings">For each text, in order: little-endian float32 [tokens, width].</param>
/// <param name="Truncated">The texts that were longer than the model reads.</param>
public sealed record UnderstandOutput(IReadOnlyList<ArtifactRef> Embeddings, IReadOnlyList<TruncatedPrompt> Truncated) : StageOutput;
