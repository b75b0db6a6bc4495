using Microsoft.Extensions.Caching.Distributed;

namespace Aigc.Caching;

/// <summary>
/// Short documents that processes share in Redis and nowhere else, so that one forgotten by one of them is forgotten by all. A Redis that
/// is slow, full or gone costs <see cref="SharedCacheOptions.Timeout"/> at most and fails nothing: what it cannot tell is not there.
/// </summary>
/// <remarks>
/// Unlike in a hybrid cache, a document is there once <see cref="KeepAsync"/> has returned, and is never remembered by a process itself.
/// </remarks>
public sealed class SharedDocuments
{
    private readonly IDistributedCache _cache;
    private readonly TimeSpan _timeout;
    private readonly DistributedCacheEntryOptions _entry;

    /// <param name="cache">Redis.</param>
    /// <param name="options">How long documents live, and how long Redis may take.</param>
    public SharedDocuments(IDistributedCache cache, SharedCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(options);
        (_cache, _timeout) = (cache, options.Timeout);
        _entry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = options.Life };
    }

    /// <summary>A document; null where there is none, or Redis does not say.</summary>
    public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default) =>
        TryAsync(async () => await _cache.GetAsync(key, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>Writes a document, in place of one that is there.</summary>
    public Task KeepAsync(string key, byte[] document, CancellationToken cancellationToken = default) =>
        TryAsync(() => _cache.SetAsync(key, document, _entry, cancellationToken), cancellationToken);

    /// <summary>Deletes a document. Where Redis does not answer, it stays until its time is over.</summary>
    public Task ForgetAsync(string key, CancellationToken cancellationToken = default) =>
        TryAsync(() => _cache.RemoveAsync(key, cancellationToken), cancellationToken);

    private Task<object?> TryAsync(Func<Task> action, CancellationToken cancellationToken) => TryAsync<object>(
        async () =>
        {
            await action().ConfigureAwait(false);
            return null;
        },
        cancellationToken);

    private async Task<T?> TryAsync<T>(Func<Task<T?>> action, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            // Its own timeouts begin once it is connected.
            return await action().WaitAsync(_timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
