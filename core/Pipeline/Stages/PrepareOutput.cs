using Aigc.Artifacts;

namespace Aigc.Pipeline.Stages;

/// <summary>Encoded input pictures.</summary>
/// <param name="Latents">For each picture, in order: little-endian float32 [channels, height, width].</param>
public sealed record PrepareOutput(IReadOnlyList<ArtifactRef> Latents) : StageOutput;
