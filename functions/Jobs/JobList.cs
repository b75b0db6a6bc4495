using System.Runtime.CompilerServices;
using Aigc.Pipeline.Engine;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Jobs;

/// <summary>
/// The jobs of a hub, newest first, although a hub gives instances in the order of their ids: it is asked for one stretch of time after
/// another, and of each stretch only the newest few are held.
/// </summary>
internal sealed class JobList(DurableTaskClient client, TimeProvider time)
{
    // Most pages are done with the first; the last reaches back to the beginning.
    private static readonly TimeSpan?[] _stretches = [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(30), null];

    /// <summary>Jobs that come after a mark.</summary>
    /// <param name="after">The mark; null for the newest job.</param>
    /// <param name="state">What they are to be at last; some that are not are given too.</param>
    /// <param name="held">How many are held at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<JobMark> FromAsync(
        JobMark? after, JobState? state, int held, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (to, end) = (after?.At, after?.At ?? time.GetUtcNow());
        foreach (var stretch in _stretches)
        {
            var from = stretch is { } length ? end - length : (DateTimeOffset?)null;
            while (true)
            {
                var (newest, more) = await NewestAsync(new OrchestrationQuery(from, to, Statuses(state)), after, held, cancellationToken)
                    .ConfigureAwait(false);
                foreach (var mark in newest)
                    yield return mark;
                if (newest.Count > 0)
                    (after, to) = (newest[^1], newest[^1].At);
                if (!more)
                    break;
            }

            to = from;
        }
    }

    private async Task<(List<JobMark> Newest, bool More)> NewestAsync(
        OrchestrationQuery query, JobMark? after, int held, CancellationToken cancellationToken)
    {
        var newest = new SortedSet<JobMark>(Comparer<JobMark>.Create(Compare));
        var more = false;
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var mark = new JobMark(instance.CreatedAt, instance.InstanceId);
            if (instance.Name != JobNames.ImageOrchestrator || (after is not null && Compare(mark, after) <= 0))
                continue;
            newest.Add(mark);
            if (newest.Count > held)
                more = newest.Remove(newest.Max!);
        }

        return ([.. newest], more);
    }

    private static int Compare(JobMark one, JobMark other) =>
        one.At == other.At ? string.CompareOrdinal(other.Id, one.Id) : other.At.CompareTo(one.At);

    private static OrchestrationRuntimeStatus[]? Statuses(JobState? state) => state switch
    {
        null => null,
        JobState.Running => [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended],
        JobState.Completed => [OrchestrationRuntimeStatus.Completed],
        JobState.Failed => [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed],
        JobState.Cancelled => [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Terminated],
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "unknown state"),
    };
}
