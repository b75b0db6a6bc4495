using Aigc.Artifacts;
using Aigc.Inference.Admission;
using Aigc.Inference.Batching;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Stages;

namespace Aigc.Inference.Chain.Flights;

/// <summary>Writes a flight's previews and checkpoints beside its denoising.</summary>
internal sealed class FlightRecorder(
    PictureFlight flight,
    AdmissionTicket ticket,
    LoadedModel model,
    DiffusionEngine engine,
    IArtifactStore store,
    ChainOptions options,
    TimeProvider time,
    IChainLog? log)
    : IDenoiseObserver
{
    private const int PreviewQuality = 80;
    private const string CheckpointMediaType = "application/vnd.aigc.checkpoint";

    private readonly Lock _gate = new();
    private readonly List<Task> _writing = [];
    private readonly List<string> _checkpoints = [];
    private long _savedAt = time.GetTimestamp();
    private bool _drawing;
    private bool _closed;

    /// <inheritdoc/>
    public void Stepped(int step)
    {
        var done = step - flight.Order.Schedule.Begin;
        flight.Stepped(done);
        ticket.Left(1 - (double)done / flight.Order.StepCount);
    }

    // One preview at a time: where they are wanted faster than they can be drawn, the newest is drawn.
    /// <inheritdoc/>
    public bool WantsPreview(int step) => !_drawing && flight.WantsPreview(step);

    /// <inheritdoc/>
    public void Preview(int step, float[] latent)
    {
        _drawing = true;
        Write(async () =>
        {
            try
            {
                var (picture, address) = (flight.Order.Picture, flight.Order.Address);
                var drawn = await engine.DecodeAsync(model, latent, picture.Width, picture.Height, flight.Spans, flight.Cancellation).ConfigureAwait(false);
                var bytes = PictureEncoder.Encode(drawn, PictureFormat.Webp, PreviewQuality);
                var stored = await store.PutAsync(address.Preview(step), PictureFormat.Webp.MediaType, bytes, flight.Cancellation).ConfigureAwait(false);
                flight.Preview(step, stored.At(options.Host));
            }
            finally
            {
                _drawing = false;
            }
        });
    }

    /// <inheritdoc/>
    public bool WantsCheckpoint(int step)
    {
        if (options.CheckpointEverySteps == 0 || step % options.CheckpointEverySteps != 0)
            return false;
        return time.GetElapsedTime(_savedAt).TotalSeconds >= options.CheckpointMinSeconds;
    }

    /// <inheritdoc/>
    public void Checkpoint(DenoiseCheckpoint checkpoint)
    {
        _savedAt = time.GetTimestamp();
        Write(async () =>
        {
            var name = flight.Order.Address.Checkpoint(checkpoint.Step);
            // Not cancellable: this is what a lost picture goes on from.
            var stored = await store.PutAsync(name, CheckpointMediaType, checkpoint.ToBytes(), CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
                _checkpoints.Add(name);
            log?.Checkpointed(model.Name);
            flight.Checkpoint(checkpoint.Step, stored.At(options.Host));
        });
    }

    /// <summary>Notes a checkpoint that the flight went on from, to be deleted with its own.</summary>
    public void ResumedFrom(string name) => _checkpoints.Add(name);

    /// <summary>
    /// Waits until everything is written, and writes no more: a cancelled picture leaves while a step is under way. What could not be written
    /// is left out: neither is needed for the picture itself.
    /// </summary>
    public async Task CloseAsync()
    {
        Task[] writing;
        lock (_gate)
        {
            _closed = true;
            writing = [.. _writing];
        }

        await Task.WhenAll(writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Deletes the checkpoints. What cannot be deleted is left, whatever the store throws: the picture itself is not at fault.</summary>
    public async Task DeleteCheckpointsAsync()
    {
        foreach (var name in _checkpoints)
        {
            try
            {
                await store.DeleteAsync(name).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // A lifecycle rule of the store takes what is left.
            }
        }
    }

    private void Write(Func<Task> write)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            var writing = Task.Run(write);
            _writing.RemoveAll(static task => task.IsCompleted);
            _writing.Add(writing);
        }
    }
}
