using System.Threading.Channels;
using Aigc.Inference.Costs;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;

namespace Aigc.Inference.Batching;

/// <summary>
/// Moves the <see cref="BatchQueue"/>: on a thread of its own it takes one batch after another through a step, and pictures join and leave
/// between steps. One for each device.
/// </summary>
public sealed class StepBatcher : IAsyncDisposable
{
    private readonly CostModel _costs;
    private readonly TimeProvider _time;
    private readonly BatchQueue _queue;
    private readonly DenoiserPool _denoisers;
    private readonly Channel<Action> _inbox = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<BatchEntry, QueuedPicture> _pictures = [];
    private readonly List<DenoiseJob> _jobs = [];
    private readonly List<int> _stepsBefore = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BatcherLoad _load = new(0, 0, 0);
    private volatile bool _draining;

    /// <summary>Starts the thread.</summary>
    /// <param name="options">How steps are shared.</param>
    /// <param name="costs">Learns what steps take.</param>
    /// <param name="time">The clock.</param>
    public StepBatcher(BatchingOptions options, CostModel costs, TimeProvider time)
    {
        _costs = costs;
        _time = time;
        _queue = new BatchQueue(options, costs, time.TimestampFrequency);
        _denoisers = new DenoiserPool(options.KeptShapes, options.MaxRows, _queue.Has);
        _load = _load with { FreeRows = options.MaxRows };
        new Thread(Loop) { Name = "aigc-batcher", IsBackground = true }.Start();
    }

    /// <summary>The load after the last step.</summary>
    public BatcherLoad Load => _load;

    /// <summary>Raised on the batcher's thread when the load has changed. Handlers must not block.</summary>
    public event Action? LoadChanged;

    /// <summary>Raised on the batcher's thread after each step, with the rows that shared it and its seconds. Handlers must not block.</summary>
    public event Action<BatchKey, int, double>? StepTaken;

    /// <summary>Takes a picture through its steps.</summary>
    /// <param name="model">The model; held by the caller until the task ends.</param>
    /// <param name="job">The picture.</param>
    /// <param name="deadline">When it must be done, by the clock's timestamps: what would miss it goes first. <see cref="long.MaxValue"/>:
    /// whenever. Giving up is the caller's, by <paramref name="cancellationToken"/>.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="cancellationToken">Frees its rows before the next step.</param>
    /// <exception cref="InferenceException">
    /// <see cref="InferenceFault.Draining"/>: the batcher stopped first, and the observer was given a checkpoint; or what the model threw.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<DenoiseResult> DenoiseAsync(
        LoadedModel model, DenoiseJob job, long deadline, IDenoiseObserver observer, CancellationToken cancellationToken)
    {
        var picture = new QueuedPicture(new BatchEntry(model, job, _time.GetTimestamp(), deadline), observer);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<DenoiseResult>(cancellationToken);
        // Before it is queued, so that it is there when the picture ends; and it leaves the queue before the caller, who may then dispose
        // the model, hears of it. The caller need not wait for the step under way: the picture's rows are written to, and then forgotten.
        if (cancellationToken.CanBeCanceled)
        {
            picture.Cancellation = cancellationToken.UnsafeRegister(_ =>
            {
                Post(() => Leave(picture));
                picture.TrySetCanceled(cancellationToken);
            }, null);
        }

        var posted = Post(() =>
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            if (_draining)
                GiveUp(picture);
            else
                Take(picture);
        });
        if (!posted)
            picture.Fail(Draining());
        return picture.Task;
    }

    /// <summary>Throws away a model's buffers.</summary>
    /// <param name="model">A model with no picture under way.</param>
    public Task ForgetAsync(LoadedModel model)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = Post(() =>
        {
            try
            {
                _denoisers.Forget(model);
                done.TrySetResult();
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        });
        return posted ? done.Task : _ended.Task;
    }

    /// <summary>Gives up every picture between two steps, with a checkpoint to its observer, and takes no more.</summary>
    public void Drain()
    {
        _draining = true;
        Post(() =>
        {
            foreach (var picture in _pictures.Values.ToArray())
                GiveUp(picture);
        });
    }

    /// <summary>Gives up what is under way and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        Drain();
        _inbox.Writer.TryComplete();
        await _ended.Task.ConfigureAwait(false);
    }

    /// <returns>False where the batcher is disposed, and nothing will be done.</returns>
    private bool Post(Action action) => _inbox.Writer.TryWrite(action);

    private void Loop()
    {
        while (true)
        {
            while (_inbox.Reader.TryRead(out var action))
                Guard(action);
            var batch = _queue.NextBatch(_time.GetTimestamp());
            Report();
            if (batch.Count > 0)
                Step(batch);
            else if (!_inbox.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                break;
        }

        Guard(_denoisers.Dispose);
        _ended.SetResult();
    }

    // What listeners or a device that lets go throw here has no caller: it would end the process, and every picture with it.
    private static void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
        }
    }

    private void Step(IReadOnlyList<BatchEntry> batch)
    {
        var key = batch[0].Key;
        var rows = Gather(batch);
        if (rows == 0)
            return;
        var start = _time.GetTimestamp();
        IDenoiser? denoiser = null;
        try
        {
            denoiser = _denoisers.For(key);
            denoiser.Step(_jobs, CancellationToken.None);
        }
        catch (Exception e)
        {
            // A batch may not fit where its pictures do: half of it is tried, down to the one that is at fault.
            if (!_queue.Halve())
                Fail(batch[0], e);
            // Those before the one at fault may have moved already, and are not to lose that step, or to take one too many.
            if (denoiser is not null)
                Settle(batch, denoiser, start, _time.GetTimestamp());
            return;
        }

        var end = _time.GetTimestamp();
        var seconds = _time.GetElapsedTime(start, end).TotalSeconds;
        // Learned, it would keep so many rows from ever running again, and so itself from being corrected.
        var learns = !_denoisers.IsFirstRun(rows);
        if (learns)
            _costs.LearnStep(key.Model.Name, key.Shape, rows, seconds, afresh: _queue.Trying);
        _queue.Stepped(seconds, end, learns);
        Tell(StepTaken, key, rows, seconds);
        Settle(batch, denoiser, start, end);
    }

    /// <summary>Does for each picture that moved what follows a step.</summary>
    private void Settle(IReadOnlyList<BatchEntry> batch, IDenoiser denoiser, long start, long end)
    {
        for (var i = batch.Count - 1; i >= 0; i--)
        {
            var entry = batch[i];
            if (entry.Job.Step == _stepsBefore[i])
                continue;
            try
            {
                Moved(entry, denoiser, start, end);
            }
            catch (Exception e)
            {
                // A latent that the device does not give back is its own picture's fault, and not that of all.
                Fail(entry, e);
            }
        }
    }

    /// <returns>The rows of the pictures that take the step: one whose observer fails is out.</returns>
    private int Gather(IReadOnlyList<BatchEntry> batch)
    {
        var rows = 0;
        _jobs.Clear();
        _stepsBefore.Clear();
        while (_jobs.Count < batch.Count)
        {
            var (entry, job) = (batch[_jobs.Count], batch[_jobs.Count].Job);
            try
            {
                job.KeepClean = _pictures[entry].Observer.WantsPreview(job.Step + 1);
            }
            catch (Exception e)
            {
                // Which takes it out of the batch.
                Fail(entry, e);
                continue;
            }

            _jobs.Add(job);
            _stepsBefore.Add(job.Step);
            rows += job.Rows;
        }

        return rows;
    }

    private static void Tell(Action<BatchKey, int, double>? listeners, BatchKey key, int rows, double seconds)
    {
        try
        {
            listeners?.Invoke(key, rows, seconds);
        }
        catch (Exception)
        {
            // The step is taken, and nobody's picture is to fail for who listens.
        }
    }

    private void Moved(BatchEntry entry, IDenoiser denoiser, long start, long end)
    {
        var (picture, job) = (_pictures[entry], entry.Job);
        picture.Moved(start, end);
        picture.Observer.Stepped(job.Step);
        if (job.Done)
        {
            denoiser.Download(job);
            Remove(picture);
            picture.TrySetResult(new DenoiseResult(job, picture.Stretches));
            return;
        }

        if (job.KeepClean)
        {
            if (job.Clean.IsEmpty)
                denoiser.Download(job);
            picture.Observer.Preview(job.Step, job.Clean.IsEmpty ? job.Latent.ToArray() : job.Clean.ToArray());
        }

        if (picture.Observer.WantsCheckpoint(job.Step))
        {
            denoiser.Download(job);
            picture.Observer.Checkpoint(job.Save());
        }
    }

    private void Take(QueuedPicture picture)
    {
        if (picture.Entry.Job.Done)
        {
            picture.Cancellation.Unregister();
            picture.TrySetResult(new DenoiseResult(picture.Entry.Job, []));
            return;
        }

        _pictures.Add(picture.Entry, picture);
        _queue.Add(picture.Entry);
    }

    private void Leave(QueuedPicture picture)
    {
        if (_pictures.ContainsKey(picture.Entry))
            Remove(picture);
    }

    private void Remove(QueuedPicture picture)
    {
        _pictures.Remove(picture.Entry);
        _queue.Remove(picture.Entry);
        picture.Cancellation.Unregister();
        Release(picture.Entry);
    }

    private void Release(BatchEntry entry)
    {
        try
        {
            _denoisers.Find(entry.Key)?.Release(entry.Job);
        }
        catch (Exception)
        {
            // The picture is done with either way, and its caller is to hear how it went.
        }
    }

    private void GiveUp(QueuedPicture picture)
    {
        var job = picture.Entry.Job;
        var fault = Draining();
        if (_pictures.ContainsKey(picture.Entry))
        {
            try
            {
                _denoisers.Find(picture.Entry.Key)?.Download(job);
                if (job.Step > job.Schedule.Begin)
                    picture.Observer.Checkpoint(job.Save());
            }
            catch (Exception e)
            {
                // Without its checkpoint it is still given up in order; another host makes it from an earlier one.
                fault = Draining(e);
            }

            Remove(picture);
        }

        picture.Fail(fault);
    }

    private static InferenceException Draining(Exception? cause = null) => new(
        InferenceFault.Draining,
        "the host is about to end: send the request again, and another host goes on from its last checkpoint",
        innerException: cause);

    private void Fail(BatchEntry entry, Exception fault)
    {
        if (!_pictures.TryGetValue(entry, out var picture))
            return;
        Remove(picture);
        picture.Fail(fault);
    }

    private void Report()
    {
        var load = new BatcherLoad(_queue.Moving, _queue.Count - _queue.Moving, _queue.FreeRows);
        if (load == _load)
            return;
        _load = load;
        if (LoadChanged is { } changed)
            Guard(changed);
    }
}
