namespace Aigc.Inference.Batching;

/// <summary>A picture that a <see cref="StepBatcher"/> has, and the task that its caller waits for.</summary>
/// <param name="entry">The picture in the queue.</param>
/// <param name="observer">Told how it goes.</param>
internal sealed class QueuedPicture(BatchEntry entry, IDenoiseObserver observer)
    : TaskCompletionSource<DenoiseResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly List<(long Start, long End)> _stretches = [];

    public BatchEntry Entry => entry;

    public IDenoiseObserver Observer => observer;

    public CancellationTokenRegistration Cancellation { get; set; }

    public IReadOnlyList<(long Start, long End)> Stretches => _stretches;

    public void Fail(Exception fault)
    {
        Cancellation.Unregister();
        TrySetException(fault);
    }

    // Steps that follow one another without a step of other pictures between make one stretch.
    public void Moved(long start, long end)
    {
        var gap = _stretches.Count == 0 ? long.MaxValue : start - _stretches[^1].End;
        if (gap <= (end - start) / 4)
            _stretches[^1] = (_stretches[^1].Start, end);
        else
            _stretches.Add((start, end));
    }
}
