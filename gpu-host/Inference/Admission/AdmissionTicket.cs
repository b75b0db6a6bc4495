namespace Aigc.Inference.Admission;

/// <summary>The place of one picture in the queue's account; disposed when the picture is done or given up.</summary>
public sealed class AdmissionTicket : IDisposable
{
    private readonly AdmissionControl _queue;
    private double _left = 1;

    internal AdmissionTicket(AdmissionControl queue, double seconds, long bytes, long deadline)
    {
        _queue = queue;
        Seconds = seconds;
        Bytes = bytes;
        Deadline = deadline;
    }

    internal double Seconds { get; }

    internal long Bytes { get; }

    internal long Deadline { get; }

    internal double SecondsLeft => Seconds * Volatile.Read(ref _left);

    /// <summary>Says how much of the work is left.</summary>
    /// <param name="share">From 1 down to 0.</param>
    public void Left(double share) => Volatile.Write(ref _left, share);

    /// <inheritdoc/>
    public void Dispose() => _queue.Leave(this);
}
