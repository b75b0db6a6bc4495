using Aigc.Artifacts;

namespace Aigc.Inference.Chain;

/// <summary>A picture that is stored.</summary>
/// <param name="Artifact">Where its bytes are.</param>
/// <param name="Seed">The seed of its noise.</param>
/// <param name="Width">Its width as stored, in pixels.</param>
/// <param name="Height">Its height as stored, in pixels.</param>
/// <param name="Found">True where it was stored already and nothing was computed.</param>
public sealed record PictureMade(ArtifactRef Artifact, long Seed, int Width, int Height, bool Found);
