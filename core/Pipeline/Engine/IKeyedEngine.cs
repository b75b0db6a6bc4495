using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Engine;

/// <summary>An engine that starts a job once, however often it is asked to under one key.</summary>
public interface IKeyedEngine : IPipelineEngine
{
    /// <summary>Accepts a job, or finds the one that was accepted under the same key.</summary>
    /// <param name="job">The job.</param>
    /// <param name="key">The caller's idempotency key; null for a job of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its status, and whether it was accepted just now.</returns>
    /// <exception cref="IdempotencyConflictException">The key was used for another job.</exception>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>, with every fault; or the store's own.</exception>
    Task<(JobStatus Status, bool Created)> StartAsync(GenerationJob job, string? key, CancellationToken cancellationToken);
}
