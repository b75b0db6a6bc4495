using Aigc.Artifacts;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>A store that can do nothing.</summary>
internal sealed class FaultyStore(Exception fault) : IArtifactStore
{
    public ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => throw fault;

    public ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default) => throw fault;

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default) => throw fault;

    public IAsyncEnumerable<ArtifactRef> ListAsync(string prefix, CancellationToken cancellationToken = default) => throw fault;

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default) => throw fault;
}
