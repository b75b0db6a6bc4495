using Aigc.Artifacts;

namespace Aigc.Pipeline.Stages;

/// <summary>An input picture, and the size of the picture that is made of it.</summary>
/// <param name="Image">Its file.</param>
/// <param name="Width">Width to resize and crop to, in pixels.</param>
/// <param name="Height">Height to resize and crop to, in pixels.</param>
public sealed record PreparePicture(ArtifactRef Image, int Width, int Height);
