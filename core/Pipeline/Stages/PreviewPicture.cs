using Aigc.Artifacts;

namespace Aigc.Pipeline.Stages;

/// <summary>A picture as it looked part of the way through its denoising.</summary>
/// <param name="Index">Its place in the job, from 0.</param>
/// <param name="Step">Denoising steps done.</param>
/// <param name="Picture">Where its bytes are: a WebP of its generated size.</param>
public sealed record PreviewPicture(int Index, int Step, ArtifactRef Picture);
