using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>An engine that can do nothing.</summary>
internal sealed class FaultyEngine(Exception fault) : IKeyedEngine
{
    public Task<JobStatus> StartAsync(GenerationJob job, CancellationToken cancellationToken = default) => throw fault;

    public Task<(JobStatus Status, bool Created)> StartAsync(GenerationJob job, string? key, CancellationToken cancellationToken) =>
        throw fault;

    public Task<JobStatus?> GetStatusAsync(string id, CancellationToken cancellationToken = default) => throw fault;

    public IAsyncEnumerable<JobStatus> WatchAsync(string id, CancellationToken cancellationToken = default) => throw fault;

    public Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default) => throw fault;

    public Task<JobPage> ListAsync(
        JobState? state = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default) => throw fault;

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default) => throw fault;
}
