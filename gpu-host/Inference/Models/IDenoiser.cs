using Aigc.Inference.Batching;

namespace Aigc.Inference.Models;

/// <summary>Takes jobs of one latent shape through steps together. One thread at a time.</summary>
/// <remarks>
/// It may keep a job's latent on its own device between steps: <see cref="DenoiseJob.Latent"/> is that of now only after
/// <see cref="Download"/>.
/// </remarks>
public interface IDenoiser : IDisposable
{
    /// <summary>The shape of every job's latent.</summary>
    LatentShape Shape { get; }

    /// <summary>The most rows of one step; a guided job takes two.</summary>
    int Capacity { get; }

    /// <summary>Takes each job through its next step, whatever step, scheduler, prompt and guidance each has.</summary>
    /// <param name="jobs">Jobs that are not done; together they take at most <see cref="Capacity"/> rows.</param>
    /// <param name="cancellationToken">Gives up within the step; every job is then as it was before.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    void Step(IReadOnlyList<DenoiseJob> jobs, CancellationToken cancellationToken);

    /// <summary>Brings a job's state up to date where <see cref="DenoiseJob"/> keeps it: for a checkpoint, or because it is done.</summary>
    /// <param name="job">A job that took part in a step.</param>
    void Download(DenoiseJob job);

    /// <summary>Forgets a job that takes part in no further step.</summary>
    /// <param name="job">The job; one that never took part is passed over.</param>
    void Release(DenoiseJob job);
}
