using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Generated pictures to enhance, where asked, and encode.</summary>
/// <param name="Pictures">The pictures.</param>
/// <param name="Bases">The generated picture of each, in order.</param>
public sealed record EnhanceInput(IReadOnlyList<PictureSpec> Pictures, IReadOnlyList<ArtifactRef> Bases);
