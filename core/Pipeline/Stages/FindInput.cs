using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Pictures to look up.</summary>
/// <param name="Pictures">The pictures.</param>
public sealed record FindInput(IReadOnlyList<PictureSpec> Pictures);
