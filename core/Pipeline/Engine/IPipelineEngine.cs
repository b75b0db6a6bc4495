using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Engine;

/// <summary>Runs jobs and remembers them. Safe for many callers at once.</summary>
public interface IPipelineEngine
{
    /// <summary>Accepts a job and starts it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Gives up accepting it; an accepted job is ended by <see cref="CancelAsync"/>.</param>
    /// <returns>Its first status, seeds drawn.</returns>
    /// <exception cref="FaultException">
    /// <see cref="FaultKind.BadRequest"/> with every fault of the job; <see cref="FaultKind.BadModel"/>: the model cannot be read.
    /// </exception>
    Task<JobStatus> StartAsync(GenerationJob job, CancellationToken cancellationToken = default);

    /// <summary>A job's status.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The status, or null where no job has this id.</returns>
    Task<JobStatus?> GetStatusAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>A job's statuses as they change, ending with the one in which it has ended.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Stops watching; the job goes on.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.NotFound"/>: no job has this id.</exception>
    IAsyncEnumerable<JobStatus> WatchAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Cancels a job: it ends within one denoising step, and finished pictures are kept.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where the job had already ended.</returns>
    /// <exception cref="FaultException"><see cref="FaultKind.NotFound"/>: no job has this id.</exception>
    Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Jobs, newest first.</summary>
    /// <param name="state">Only jobs in this state; null for all.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="after">A page's <see cref="JobPage.Next"/>, for the page after it; null for the first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: <paramref name="after"/> is none that a page gave.</exception>
    Task<JobPage> ListAsync(JobState? state = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>Forgets a job that has ended, with whatever is kept for it alone.</summary>
    /// <remarks>
    /// Pictures, bases and previews stay: they are named by what went into them, and whoever asks for the same picture shares them.
    /// </remarks>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where the job has not ended, and is not forgotten.</returns>
    /// <exception cref="FaultException"><see cref="FaultKind.NotFound"/>: no job has this id.</exception>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default);
}
