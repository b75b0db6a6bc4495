using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Engine;

/// <summary>A job as its owner sees it: a snapshot, never changed.</summary>
public sealed record JobStatus
{
    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>What was asked for, with its seeds drawn.</summary>
    public required GenerationJob Job { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How far it is.</summary>
    public required JobProgress Progress { get; init; }

    /// <summary>The plan it runs and why; null until it is decided.</summary>
    public PlanDecision? Plan { get; init; }

    /// <summary>The pictures finished so far, in order of <see cref="PictureResult.Index"/>.</summary>
    public IReadOnlyList<PictureResult> Pictures { get; init; } = [];

    /// <summary>
    /// Under <see cref="ChainPlan.Split"/>, the pictures generated so far that are still to be enhanced, in order of
    /// <see cref="BasePicture.Index"/>.
    /// </summary>
    public IReadOnlyList<BasePicture> Bases { get; init; } = [];

    /// <summary>
    /// The latest preview of each picture that is still being made, in order of <see cref="PreviewPicture.Index"/>: at most
    /// <see cref="LatestPreviews.MaxShown"/>. None where the job asks for none, and none once it has ended.
    /// </summary>
    public IReadOnlyList<PreviewPicture> Previews { get; init; } = [];

    /// <summary>The pictures that were not made, in order of <see cref="PictureFailure.Index"/>; none while it runs.</summary>
    public IReadOnlyList<PictureFailure> Failures { get; init; } = [];

    /// <summary>What the caller should know although the job went on.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where its time went; null while it runs, and where it was cancelled or stopped before its plan.</summary>
    public TimeLedger? Ledger { get; init; }

    /// <summary>Why it failed: the fault of the first of <see cref="Failures"/>, if there are any; null otherwise.</summary>
    public JobFault? Fault { get; init; }

    /// <summary>Whether it has ended, one way or another.</summary>
    public bool Ended => State != JobState.Running;
}
