using System.Collections.Concurrent;
using Aigc.Pipeline.Enhancing;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Embedded;

/// <summary>
/// The enhancements of jobs whose generated pictures can be looked at meanwhile: they wait in a queue, and a bounded number is carried out
/// at once. A job's journal has no answer of one that was not carried out, so whoever takes the job up puts it in again.
/// </summary>
internal sealed class EmbeddedEnhancements : IAsyncDisposable
{
    private readonly IStageExecutor _executor;
    private readonly LocalEnhanceQueue _queue;
    private readonly ConcurrentDictionary<(string JobId, int Call), Waiting> _waiting = new();

    public EmbeddedEnhancements(IStageExecutor executor, EmbeddedEngineOptions options)
    {
        _executor = executor;
        _queue = new LocalEnhanceQueue(options.EnhanceQueueLength, options.EnhanceAtOnce, TakeAsync);
    }

    /// <summary>Waits for an enhancement's turn, and for its answer.</summary>
    public async Task<EnhanceOutput> EnhanceAsync(
        string jobId, EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var work = new EnhanceWork(jobId, [.. input.Pictures.Select(p => p.Index)], input.Bases);
        var (key, waiting) = ((jobId, work.Call), new Waiting(input, progress, cancellationToken));
        _waiting[key] = waiting;
        // Of one that is being carried out, the call itself says when it has ended: until then its stages are in use.
        await using var cancelled = cancellationToken.Register(() =>
        {
            if (_waiting.TryRemove(key, out _))
                waiting.Answer.TrySetCanceled(cancellationToken);
        }).ConfigureAwait(false);
        try
        {
            await _queue.SendAsync(work, cancellationToken).ConfigureAwait(false);
            return await waiting.Answer.Task.ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(key, out _);
        }
    }

    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    private async Task TakeAsync(EnhanceWork work)
    {
        // Nobody waits for that of a job that was cancelled.
        if (!_waiting.TryRemove((work.JobId, work.Call), out var waiting))
            return;
        try
        {
            waiting.Answer.SetResult(
                await _executor.EnhanceAsync(waiting.Input, waiting.Progress, waiting.Cancellation).ConfigureAwait(false));
        }
        catch (OperationCanceledException e)
        {
            waiting.Answer.SetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            waiting.Answer.SetException(e);
        }
    }

    private sealed record Waiting(EnhanceInput Input, IProgress<StageProgress> Progress, CancellationToken Cancellation)
    {
        public TaskCompletionSource<EnhanceOutput> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
