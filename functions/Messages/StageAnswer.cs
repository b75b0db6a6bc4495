using Aigc.Artifacts;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Messages;

/// <summary>What a stage call came to, kept small: no text of the job is in it.</summary>
public sealed record StageAnswer
{
    /// <summary>Finished pictures.</summary>
    public IReadOnlyList<PictureResult> Pictures { get; init; } = [];

    /// <summary>Of the stages between: embeddings, latents or generated pictures, in the order asked for.</summary>
    public IReadOnlyList<ArtifactRef> Artifacts { get; init; } = [];

    /// <summary>Prompts longer than the model reads.</summary>
    public IReadOnlyList<SlimTruncated> Truncated { get; init; } = [];

    /// <summary>Where the call's time went.</summary>
    public IReadOnlyList<StageSpan> Spans { get; init; } = [];
}
