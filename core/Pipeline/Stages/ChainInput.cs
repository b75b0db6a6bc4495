using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Pictures to carry through the whole chain in one call.</summary>
/// <param name="Pictures">The pictures; all of one size.</param>
public sealed record ChainInput(IReadOnlyList<PictureSpec> Pictures);
