using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Activities;

/// <summary>Stage outputs to answers that fit a message.</summary>
internal static class AnswerMapping
{
    private const int MaxDroppedBytes = 120;

    // A hint is left out rather than let a long name fill a message.
    private const int MaxHostLength = 40;

    public static StageAnswer ToAnswer(
        this StageOutput output,
        IReadOnlyList<PictureResult>? pictures = null,
        IReadOnlyList<ArtifactRef>? artifacts = null,
        IReadOnlyList<TruncatedPrompt>? truncated = null) => new()
        {
            Pictures = [.. (pictures ?? []).Select(p => p with { Picture = Short(p.Picture) })],
            Artifacts = [.. (artifacts ?? []).Select(Short)],
            Truncated = [.. (truncated ?? []).Select(t => new SlimTruncated(t.At, t.Tokens, t.Limit, Texts.Clip(t.Dropped, MaxDroppedBytes)))],
            Spans = SpanMerger.Merge(output.Spans),
        };

    public static IReadOnlyList<PictureSpec> PicturesOf(this OpenJob job, StageMessage message) =>
        [.. message.Pictures.Select(i => Concessions.Apply(message.Given, job.Pictures[i], job.Capabilities))];

    private static ArtifactRef Short(ArtifactRef reference) => reference.Host?.Length > MaxHostLength ? reference.At(null) : reference;
}
