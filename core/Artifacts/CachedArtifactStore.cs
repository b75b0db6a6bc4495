using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Aigc.Artifacts;

/// <summary>
/// Keeps the newest bytes written to or read from another store in memory, so that the next stage on this host downloads
/// nothing. The least recently used go first.
/// </summary>
/// <remarks>A deleted artifact may still be read here through a reference obtained before: the bytes are those it means.</remarks>
public sealed class CachedArtifactStore : IArtifactStore, IArtifactLinks
{
    /// <summary>What an entry costs besides its bytes, so that empty artifacts are bounded too.</summary>
    internal const int EntryOverhead = 512;

    private readonly IArtifactStore _inner;
    private readonly long _capacityBytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _newestFirst = [];
    private long _heldBytes;
    private long _hits;
    private long _misses;
    private long _bytesFromMemory;
    private long _bytesFromStore;

    /// <summary>Creates a cache in front of a store.</summary>
    /// <param name="inner">The store that holds everything.</param>
    /// <param name="capacityBytes">
    /// The most memory to hold, in bytes; 0 caches nothing. Room for the intermediates of every request in flight is
    /// enough; an artifact that is larger passes by.
    /// </param>
    public CachedArtifactStore(IArtifactStore inner, long capacityBytes)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        _inner = inner;
        _capacityBytes = capacityBytes;
    }

    /// <summary>Reads answered from memory.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Reads passed on to the inner store.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>Bytes of the reads answered from memory.</summary>
    public long BytesFromMemory => Interlocked.Read(ref _bytesFromMemory);

    /// <summary>Bytes of the reads that the inner store answered.</summary>
    public long BytesFromStore => Interlocked.Read(ref _bytesFromStore);

    /// <summary>Memory held now, in bytes; never above the capacity.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_lock)
                return _heldBytes;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        var pending = _inner.PutAsync(name, mediaType, bytes, cancellationToken);
        // The first writer wins, and that may have been someone else with other bytes. Hashed while the upload is under way.
        var sha256 = Sha256Hex.Of(bytes.Span);
        var reference = await pending;
        if (reference.Sha256 == sha256)
            Keep(reference, bytes);
        return reference;
    }

    /// <inheritdoc/>
    public ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        _inner.FindAsync(name, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        cancellationToken.ThrowIfCancellationRequested();
        if (TryGet(reference, out var held))
        {
            Interlocked.Increment(ref _hits);
            Interlocked.Add(ref _bytesFromMemory, held.Bytes.Length);
            return held.Bytes;
        }

        Interlocked.Increment(ref _misses);
        var bytes = await _inner.ReadAsync(reference, cancellationToken);
        Interlocked.Add(ref _bytesFromStore, bytes.Length);
        Keep(reference, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ArtifactRef> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        _inner.ListAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var existed = await _inner.DeleteAsync(name, cancellationToken);
        lock (_lock)
            Drop(name);
        return existed;
    }

    /// <inheritdoc/>
    public ValueTask<Uri?> LinkAsync(ArtifactRef reference, CancellationToken cancellationToken = default) =>
        _inner is IArtifactLinks links ? links.LinkAsync(reference, cancellationToken) : default;

    private bool TryGet(ArtifactRef reference, [NotNullWhen(true)] out Entry? entry)
    {
        entry = null;
        lock (_lock)
        {
            if (!_entries.TryGetValue(reference.Name, out var node) || !node.Value.Is(reference))
                return false;
            _newestFirst.Remove(node);
            _newestFirst.AddFirst(node);
            entry = node.Value;
            return true;
        }
    }

    private void Keep(ArtifactRef reference, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length + EntryOverhead > _capacityBytes)
            return;
        var entry = new Entry(reference.Name, reference.Sha256, Owned(bytes));
        lock (_lock)
        {
            Drop(entry.Name);
            _entries.Add(entry.Name, _newestFirst.AddFirst(entry));
            _heldBytes += entry.Cost;
            while (_heldBytes > _capacityBytes)
                Drop(_newestFirst.Last!.Value.Name);
        }
    }

    private void Drop(string name)
    {
        if (!_entries.Remove(name, out var node))
            return;
        _newestFirst.Remove(node);
        _heldBytes -= node.Value.Cost;
    }

    // A slice is copied: it would keep the whole array alive, often a rented one that someone else writes to next.
    private static ReadOnlyMemory<byte> Owned(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Count == segment.Array!.Length ? bytes : bytes.ToArray();

    private sealed record Entry(string Name, string Sha256, ReadOnlyMemory<byte> Bytes)
    {
        public long Cost => Bytes.Length + EntryOverhead;

        public bool Is(ArtifactRef reference) => Sha256 == reference.Sha256 && Bytes.Length == reference.Length;
    }
}
