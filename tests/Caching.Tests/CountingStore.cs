using Aigc.Artifacts;
using Aigc.TestKit;

namespace Aigc.Caching.Tests;

/// <summary>A store of files that counts the looks at it, and holds them where a test says so.</summary>
internal sealed class CountingStore : IArtifactStore, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FileArtifactStore _files;
    private int _looks;

    public CountingStore() => _files = new FileArtifactStore(_folder.Path);

    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Where looks wait; null where they do not.</summary>
    public SyncPoint? Looking { get; set; }

    public ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        _files.PutAsync(name, mediaType, bytes, cancellationToken);

    public async ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _looks);
        if (Looking is { } point)
            await point.WaitToContinue(cancellationToken);
        return await _files.FindAsync(name, cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default) =>
        _files.ReadAsync(reference, cancellationToken);

    public IAsyncEnumerable<ArtifactRef> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        _files.ListAsync(prefix, cancellationToken);

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _files.DeleteAsync(name, cancellationToken);

    public void Dispose() => _folder.Dispose();
}
