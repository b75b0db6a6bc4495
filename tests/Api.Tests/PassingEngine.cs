using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.Tests;

/// <summary>An engine that passes everything on.</summary>
internal abstract class PassingEngine : IKeyedEngine
{
    protected abstract IKeyedEngine Inner { get; }

    public Task<JobStatus> StartAsync(GenerationJob job, CancellationToken cancellationToken = default) =>
        Inner.StartAsync(job, cancellationToken);

    public Task<(JobStatus Status, bool Created)> StartAsync(GenerationJob job, string? key, CancellationToken cancellationToken) =>
        Inner.StartAsync(job, key, cancellationToken);

    public virtual Task<JobStatus?> GetStatusAsync(string id, CancellationToken cancellationToken = default) =>
        Inner.GetStatusAsync(id, cancellationToken);

    public virtual IAsyncEnumerable<JobStatus> WatchAsync(string id, CancellationToken cancellationToken = default) =>
        Inner.WatchAsync(id, cancellationToken);

    public Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default) => Inner.CancelAsync(id, cancellationToken);

    public Task<JobPage> ListAsync(
        JobState? state = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default) =>
        Inner.ListAsync(state, limit, after, cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default) => Inner.DeleteAsync(id, cancellationToken);
}
