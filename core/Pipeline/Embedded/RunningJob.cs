using System.Diagnostics.CodeAnalysis;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Embedded;

/// <summary>The live state of a job in this process: its latest status, and a signal for those who watch it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer to free, and a late Cancel must stay harmless.")]
internal sealed class RunningJob : IProgress<StageProgress>
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly LatestPreviews _previews = new();
    private JobStatus _status;
    private TaskCompletionSource _changed = NewSignal();

    public RunningJob(JobStatus status, long startedAt, IReadOnlyList<StageSpan> before)
    {
        _status = status;
        StartedAt = startedAt;
        Before = before;
    }

    /// <summary>The timestamp from which the job's time is counted.</summary>
    public long StartedAt { get; }

    /// <summary>Where the time before the first stage call went.</summary>
    public IReadOnlyList<StageSpan> Before { get; }

    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>The latest status, and a task that completes when there is a later one.</summary>
    public (JobStatus Status, Task Changed) Look()
    {
        lock (_gate)
            return (_status, _changed.Task);
    }

    public JobStatus Update(Func<JobStatus, JobStatus> change)
    {
        TaskCompletionSource signal;
        JobStatus status;
        lock (_gate)
        {
            status = _status = change(_status);
            (signal, _changed) = (_changed, NewSignal());
        }

        signal.SetResult();
        return status;
    }

    public void Report(StageProgress value) => Update(s =>
    {
        // A call that is cancelled may still be heard once the job has ended.
        if (s.Ended)
            return s;
        var shown = _previews.Add(value.Previews) ? _previews.Shown : s.Previews;
        return s with
        {
            Previews = shown,
            Progress = s.Progress with { StepsDone = Math.Min(s.Progress.Steps, s.Progress.StepsDone + value.Steps) },
        };
    });

    /// <summary>Makes a change by which the previews of some pictures are over.</summary>
    public void UpdateWithout(IEnumerable<int> previews, Func<JobStatus, JobStatus> change) => Update(s =>
    {
        _previews.End(previews);
        return change(s) with { Previews = _previews.Shown };
    });

    /// <returns>False where the job had already ended.</returns>
    public bool Cancel()
    {
        lock (_gate)
        {
            if (_status.Ended)
                return false;
        }

        _cancellation.Cancel();
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
