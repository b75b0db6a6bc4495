using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Messages;

/// <summary>The output of the image orchestration.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Made">How many pictures there are.</param>
/// <param name="Failed">How many were not made.</param>
public sealed record JobOutcome(JobState State, int Made, int Failed)
{
    /// <summary>When it ended; null in what earlier releases wrote: then it is when the history last changed.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The plan that ran; null where none was decided.</summary>
    public PlanDecision? Plan { get; init; }

    /// <summary>The pictures, where they are few; otherwise they lie in <see cref="Parts"/> artifacts.</summary>
    public IReadOnlyList<PictureResult> Pictures { get; init; } = [];

    /// <summary>The pictures not made, likewise.</summary>
    public IReadOnlyList<PictureFailure> Failures { get; init; } = [];

    /// <summary>How many artifacts hold the pictures and failures.</summary>
    public int Parts { get; init; }

    /// <summary>What the caller should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where the time went; null where it was cancelled or never began.</summary>
    public TimeLedger? Ledger { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public JobFault? Fault { get; init; }
}
