using Aigc.Pipeline.Requests;

namespace Aigc.Conformance;

/// <summary>A stage call that is about to be carried out.</summary>
/// <param name="Stage">Its name, as in <see cref="Pipeline.Stages.StageNames"/>.</param>
/// <param name="Pictures">Its pictures; none where the stage knows of texts or files alone.</param>
public sealed record StageTry(string Stage, IReadOnlyList<PictureSpec> Pictures)
{
    /// <summary>Whether it is of a stage and holds a picture.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="picture">The picture's index; null for any call of the stage.</param>
    public bool Is(string stage, int? picture) =>
        Stage == stage && (picture is null || Pictures.Any(p => p.Index == picture));
}
