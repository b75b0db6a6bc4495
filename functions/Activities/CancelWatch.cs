using Aigc.Artifacts;
using Aigc.Functions.Jobs;

namespace Aigc.Functions.Activities;

/// <summary>Cancels a token once a job's cancel marker is there: an orchestration's end stops none of its activities.</summary>
internal sealed class CancelWatch : IAsyncDisposable
{
    /// <summary>How often the marker is looked for.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenSource _cancelled;
    private readonly Task _watching;

    /// <param name="store">Where the marker would be.</param>
    /// <param name="instanceId">The job's id.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The host's own end, which cancels <see cref="Token"/> too.</param>
    public CancelWatch(IArtifactStore store, string instanceId, TimeProvider time, CancellationToken cancellationToken)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _watching = WatchAsync(store, JobNames.Cancel(instanceId), time);
    }

    /// <summary>Cancelled with the job.</summary>
    public CancellationToken Token => _cancelled.Token;

    /// <summary>Whether the marker was seen.</summary>
    public bool Seen { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _ended.Dispose();
        _cancelled.Dispose();
    }

    private async Task WatchAsync(IArtifactStore store, string name, TimeProvider time)
    {
        try
        {
            using var timer = new PeriodicTimer(Period, time);
            do
            {
                if (await IsThereAsync(store, name).ConfigureAwait(false))
                {
                    Seen = true;
                    await _cancelled.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The call has ended first.
        }
    }

    private async Task<bool> IsThereAsync(IArtifactStore store, string name)
    {
        try
        {
            return await store.FindAsync(name, _ended.Token).ConfigureAwait(false) is not null;
        }
        catch (FaultException)
        {
            // A store that does not answer now is asked again: the call itself will say if it stays away.
            return false;
        }
    }
}
