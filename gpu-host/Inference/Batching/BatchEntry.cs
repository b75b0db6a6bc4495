using Aigc.Inference.Models;

namespace Aigc.Inference.Batching;

/// <summary>A picture in the batch queue. Times are timestamps of one clock.</summary>
/// <param name="model">The model it is made with.</param>
/// <param name="job">The picture.</param>
/// <param name="arrivedAt">When it was queued.</param>
/// <param name="deadline">When it must be done; <see cref="long.MaxValue"/> where it need not.</param>
internal sealed class BatchEntry(LoadedModel model, DenoiseJob job, long arrivedAt, long deadline)
{
    /// <summary>What it can share a step with.</summary>
    public BatchKey Key { get; } = new(model, job.Shape);

    /// <summary>The picture.</summary>
    public DenoiseJob Job => job;

    /// <summary>When it was queued.</summary>
    public long ArrivedAt { get; } = arrivedAt;

    /// <summary>When it must be done.</summary>
    public long Deadline => deadline;

    /// <summary>When it last took a step, or was queued.</summary>
    public long MovedAt { get; set; } = arrivedAt;

    /// <summary>Why it comes before others, as of the last choice.</summary>
    public BatchRank Rank { get; set; }

    /// <summary>Row-steps that are left: what it still asks of the device, in units of one row's step.</summary>
    public int RowStepsLeft => (job.Schedule.Count - job.Step) * job.Rows;
}
