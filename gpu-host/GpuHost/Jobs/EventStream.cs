using System.Threading.Channels;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Requests;
using Aigc.Inference.Chain;

namespace Aigc.GpuHost.Jobs;

/// <summary>
/// A call's events on their way to its caller. One who reads slowly gets every event but for progress, of which only the newest waits: what
/// is held is bounded by the call's pictures, with the previews and checkpoints of each, of which there are no more than it has steps. They
/// are held as references, never as bytes. Progress comes at most ten times a second.
/// </summary>
/// <param name="jobId">The call's id.</param>
/// <param name="time">Tells when progress is due.</param>
internal sealed class EventStream(string jobId, TimeProvider time) : IChainObserver
{
    // Each message takes a little of the processors that the next step wants, and no eye follows more of them.
    private static readonly TimeSpan _progressInterval = TimeSpan.FromMilliseconds(100);

    private readonly Channel<ChainEvent> _events = Channel.CreateUnbounded<ChainEvent>(new UnboundedChannelOptions { SingleReader = true });
    private Progress? _progress;
    private long? _progressAt;

    public void Accepted(double queuedSeconds, double computeSeconds, bool joined) => Write(new ChainEvent
    {
        Accepted = new Accepted { JobId = jobId, QueuedSeconds = queuedSeconds, ComputeSeconds = computeSeconds, Joined = joined },
    });

    public void Progress(int stepsDone, int steps)
    {
        var now = time.GetTimestamp();
        if (stepsDone < steps && _progressAt is { } last && time.GetElapsedTime(last, now) < _progressInterval)
            return;
        _progressAt = now;
        // An event that only marks the place stands in the stream; what it says is filled in when it is read.
        if (Interlocked.Exchange(ref _progress, new Progress { StepsDone = stepsDone, Steps = steps }) is null)
            Write(new ChainEvent { Progress = new Progress() });
    }

    public void Preview(int picture, int step, ArtifactRef artifact) =>
        Write(new ChainEvent { Preview = new Preview { Picture = picture, Step = step, Artifact = artifact.ToString() } });

    public void Checkpoint(int picture, int step, ArtifactRef artifact) =>
        Write(new ChainEvent { Checkpoint = new Checkpoint { Picture = picture, Step = step, Artifact = artifact.ToString() } });

    public void Picture(int picture, PictureMade made) => Write(new ChainEvent { Picture = made.ToMessage(picture) });

    /// <summary>The last event of a call that succeeds.</summary>
    public void End(Ledger ledger)
    {
        Write(new ChainEvent { Ledger = ledger });
        _events.Writer.TryComplete();
    }

    /// <summary>Ends the stream with a fault, after all that came before.</summary>
    public void Fail(Exception fault) => _events.Writer.TryComplete(fault);

    public async IAsyncEnumerable<ChainEvent> ReadAllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var next in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (next.EventCase == ChainEvent.EventOneofCase.Progress)
                next.Progress = Interlocked.Exchange(ref _progress, null)!;
            yield return next;
        }
    }

    private void Write(ChainEvent next) => _events.Writer.TryWrite(next);
}
