using Aigc.Artifacts;
using Aigc.Functions.Messages;

namespace Aigc.Functions.Orchestration;

/// <summary>Whether a failed call is made again, and when. Pure.</summary>
internal static class RetryRules
{
    /// <summary>How long a job waits for a host to answer before it fails.</summary>
    public static readonly TimeSpan LongestOutage = TimeSpan.FromHours(6);

    private const int MaxRefusals = 60;
    private const int MaxFaults = 5;

    private static readonly TimeSpan _longestBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestRefusal = TimeSpan.FromMinutes(5);

    /// <summary>The wait before the next try, null where there is none.</summary>
    /// <param name="fault">What the last try ended on.</param>
    /// <param name="failures">How many tries in a row ended on a fault of its kind, 1 or more.</param>
    /// <param name="since">Time since the first of them.</param>
    public static TimeSpan? Wait(FaultMessage fault, int failures, TimeSpan since)
    {
        // Below 0 is a host's word that no retry has a chance.
        if (fault.RetryAfterMs < 0)
            return null;
        return fault.Kind switch
        {
            FaultKind.Overloaded => failures < MaxRefusals ? Said(fault, TimeSpan.FromSeconds(1)) : null,
            FaultKind.Unavailable => since < LongestOutage ? Longer(Said(fault, _shortest), BackOff(failures)) : null,
            FaultKind.DataLoss or FaultKind.Internal or FaultKind.DeadlineExceeded or FaultKind.OutOfSpace =>
                failures < MaxFaults ? BackOff(failures) : null,
            FaultKind.BadRequest or FaultKind.NotFound or FaultKind.BadModel or FaultKind.Cancelled => null,
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "unknown kind of fault"),
        };
    }

    private static TimeSpan Said(FaultMessage fault, TimeSpan otherwise)
    {
        var wait = fault.RetryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : otherwise;
        return wait < _shortest ? _shortest : wait > _longestRefusal ? _longestRefusal : wait;
    }

    // A host's word is about one host; the back-off keeps the history of a long outage short.
    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan BackOff(int failures)
    {
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 10) - 1));
        return wait > _longestBackOff ? _longestBackOff : wait;
    }
}
