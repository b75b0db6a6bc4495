namespace Aigc.Inference.Scheduling;

/// <summary>What a step may need beside the sample, held by the job and not by the scheduler.</summary>
public readonly ref struct StepContext
{
    /// <summary>Standard-normal noise of the sample's length where <see cref="IScheduler.NeedsNoise"/>, otherwise empty.</summary>
    public ReadOnlySpan<float> Noise { get; init; }

    /// <summary>
    /// <see cref="IScheduler.HistoryLength"/> times the sample's length, zero before the first step; read and written by the scheduler
    /// alone.
    /// </summary>
    public Span<float> History { get; init; }
}
