using Aigc.Artifacts;

namespace Aigc.Pipeline.Engine;

/// <summary>A generated picture whose enhancement is still to come.</summary>
/// <param name="Index">Its place in the job, from 0.</param>
/// <param name="Picture">Where its bytes are: a PNG of its generated size.</param>
public sealed record BasePicture(int Index, ArtifactRef Picture);
