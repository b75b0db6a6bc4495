namespace Aigc.Inference.Client.Resilience;

/// <summary>The limits of one kind of stage call.</summary>
public sealed record StageResilience
{
    /// <summary>The longest deadline.</summary>
    public static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a call may take in all: every try, every wait for room, and this process's own queue. Hosts are told, so that one that
    /// could not keep it refuses at once.
    /// </summary>
    /// <value>
    /// The default is 6 hours, since the calls of a large job wait here for one another. From 10 milliseconds to 1 day. Set it to what a
    /// caller would wait.
    /// </value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How many calls of the kind are under way at a time; more wait.</summary>
    /// <value>The default is 512: the places of 16 hosts. At least 1.</value>
    public int Concurrency { get; init; } = 512;

    /// <summary>How many calls of the kind may wait for that; one more is refused.</summary>
    /// <value>The default is 16384: the calls of four of the largest jobs. Zero or more.</value>
    public int Queue { get; init; } = 16384;

    /// <summary>
    /// Whether a call that is slow is made once more on another host: whichever answers first counts, and the other is cancelled. Only of
    /// Understand, and of Prepare and Enhance of one picture.
    /// </summary>
    /// <value>The default is true for those three and false for the rest, where it is refused.</value>
    public bool Hedge { get; init; }

    /// <summary>How long a call is not slow yet.</summary>
    /// <value>The default is null: as long as 95 of 100 calls of the kind took, once 20 have ended, and 50 milliseconds at least.</value>
    public TimeSpan? HedgeAfter { get; init; }

    internal IEnumerable<string> Faults(string stage, bool mayHedge)
    {
        if (Deadline < TimeSpan.FromMilliseconds(10) || Deadline > LongestDeadline)
            yield return $"deadline {Deadline} of {stage} is not from 10 milliseconds to {LongestDeadline}";
        if (Concurrency < 1)
            yield return $"concurrency {Concurrency} of {stage} is below 1";
        if (Queue < 0)
            yield return $"queue {Queue} of {stage} is below 0";
        if (Hedge && !mayHedge)
            yield return $"{stage} cannot be hedged: only understand, prepare and enhance are short enough to be made twice";
        if (HedgeAfter is { } after && (after < TimeSpan.Zero || after > LongestDeadline))
            yield return $"hedge after {after} of {stage} is not from 0 to {LongestDeadline}";
    }
}
