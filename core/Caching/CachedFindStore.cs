using Aigc.Artifacts;
using Microsoft.Extensions.Caching.Hybrid;

namespace Aigc.Caching;

/// <summary>
/// Remembers which artifacts are there, so that looking up what was made before asks the store once and not each time. Callers that look
/// for one name at the same time share the look.
/// </summary>
/// <remarks>
/// What is not there is never remembered: it may be made the next moment, elsewhere. What was remembered and turns out to be gone or
/// other than remembered is forgotten, so that the next look asks the store.
/// </remarks>
public sealed class CachedFindStore : IArtifactStore, IArtifactLinks
{
    private readonly IArtifactStore _inner;
    private readonly HybridCache _cache;
    private readonly string _prefix;

    /// <summary>Creates a cache in front of a store.</summary>
    /// <param name="inner">The store.</param>
    /// <param name="cache">Remembers.</param>
    /// <param name="scope">What tells this store from others that share the cache, as its address does.</param>
    public CachedFindStore(IArtifactStore inner, HybridCache cache, string scope)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentException.ThrowIfNullOrEmpty(scope);
        (_inner, _cache, _prefix) = (inner, cache, $"find:{scope}:");
    }

    /// <inheritdoc/>
    public ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        _inner.PutAsync(name, mediaType, bytes, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        // Before it becomes a part of a key.
        ArtifactName.Check(name);
        try
        {
            var token = await _cache.GetOrCreateAsync(
                _prefix + name,
                (_inner, name),
                static async (from, cancellationToken) =>
                    (await from._inner.FindAsync(from.name, cancellationToken).ConfigureAwait(false))?.ToString() ?? throw new NotThereException(),
                cancellationToken: cancellationToken).ConfigureAwait(false);
            if (ArtifactRef.TryParse(token, out var found) && found.Name == name)
                return found;
        }
        catch (NotThereException)
        {
            return null;
        }

        // Somebody else wrote that.
        await _cache.RemoveAsync(_prefix + name, cancellationToken).ConfigureAwait(false);
        return await _inner.FindAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        try
        {
            return await _inner.ReadAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (FaultException e) when (e.Kind is FaultKind.NotFound or FaultKind.DataLoss)
        {
            await _cache.RemoveAsync(_prefix + reference.Name, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ArtifactRef> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        _inner.ListAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var existed = await _inner.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        await _cache.RemoveAsync(_prefix + name, cancellationToken).ConfigureAwait(false);
        return existed;
    }

    /// <inheritdoc/>
    public ValueTask<Uri?> LinkAsync(ArtifactRef reference, CancellationToken cancellationToken = default) =>
        _inner is IArtifactLinks links ? links.LinkAsync(reference, cancellationToken) : default;

    /// <summary>Tells the cache to keep nothing; never leaves this class.</summary>
    private sealed class NotThereException : Exception;
}
