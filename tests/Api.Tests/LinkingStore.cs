using Aigc.Artifacts;

namespace Aigc.Api.Tests;

/// <summary>A store of files with addresses that are made up.</summary>
internal sealed class LinkingStore(string folder, Func<string, Uri> link) : IArtifactStore, IArtifactLinks
{
    private readonly FileArtifactStore _files = new(folder);

    public int Reads { get; private set; }

    public ValueTask<Uri?> LinkAsync(ArtifactRef reference, CancellationToken cancellationToken = default) => new(link(reference.Name));

    public ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        _files.PutAsync(name, mediaType, bytes, cancellationToken);

    public ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        _files.FindAsync(name, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default)
    {
        Reads++;
        return _files.ReadAsync(reference, cancellationToken);
    }

    public IAsyncEnumerable<ArtifactRef> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        _files.ListAsync(prefix, cancellationToken);

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _files.DeleteAsync(name, cancellationToken);
}
