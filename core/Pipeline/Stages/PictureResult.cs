using Aigc.Artifacts;

namespace Aigc.Pipeline.Stages;

/// <summary>A finished picture.</summary>
/// <param name="Index">Its place in the job, from 0.</param>
/// <param name="Picture">Where its bytes are.</param>
/// <param name="Seed">The seed of its noise.</param>
/// <param name="Width">Its width as stored, in pixels.</param>
/// <param name="Height">Its height as stored, in pixels.</param>
/// <param name="Found">True where an earlier request had made it and nothing was computed.</param>
public sealed record PictureResult(int Index, ArtifactRef Picture, long Seed, int Width, int Height, bool Found);
