using System.Security.Cryptography;
using System.Text;
using Aigc.Inference.Chain.Encodings;
using Aigc.Inference.Faults;
using Aigc.Inference.Prompts;
using Microsoft.Extensions.Caching.Hybrid;

namespace Aigc.GpuHost.Caching;

/// <summary>Embeddings in the Redis that hosts share.</summary>
/// <remarks>
/// An entry is the SHA-256 of its key and of what follows, a byte that says how the embedding is written, and the embedding. One whose
/// hash, length or form is not right, or which was written under another key, is passed over and removed. That holds against what is
/// damaged or strange, not against somebody who writes right hashes on purpose: a Redis is for its hosts alone.
/// </remarks>
/// <param name="cache">Remembers, in Redis alone: memory is the prompt cache's own affair.</param>
/// <param name="scope">What runs the model here: another kind of device may round the last bit otherwise, and is not asked.</param>
internal sealed class SharedEmbeddings(HybridCache cache, string scope) : ISharedEmbeddings, IDisposable
{
    private const int HeaderLength = SHA256.HashSizeInBytes + 1;

    private static readonly string[] _forms = [EmbeddingCodec.Singles, EmbeddingCodec.Halves, EmbeddingCodec.FoldedHalves];
    private static readonly HybridCacheEntryOptions _entries = new() { Flags = HybridCacheEntryFlags.DisableLocalCache };

    private readonly EmbeddingCodec _codec = new();

    /// <summary>The key of an entry, without the prefix of all.</summary>
    public string KeyOf(EmbeddingKey key) => $"embedding:v1:{scope}:{key.ModelDigest}:{key.TokensSha256}";

    /// <inheritdoc/>
    public async ValueTask<float[]?> FindAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        var name = KeyOf(key);
        try
        {
            var entry = await cache.GetOrCreateAsync<byte[]>(
                name, static _ => throw new NotThereException(), _entries, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (Read(name, entry, key.Length) is { } found)
                return found;
            await cache.RemoveAsync(name, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (NotThereException)
        {
            return null;
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // Whatever is wrong with Redis or its client, the embedding is worked out here.
            return null;
        }
    }

    /// <inheritdoc/>
    public void Share(EmbeddingKey key, float[] embedding) => _ = ShareAsync(key, embedding);

    /// <inheritdoc/>
    public void Dispose() => _codec.Dispose();

    private async Task ShareAsync(EmbeddingKey key, float[] embedding)
    {
        await Task.Yield();
        try
        {
            var name = KeyOf(key);
            await cache.SetAsync(name, Write(name, embedding), _entries).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nobody waits for it, and the next host embeds for itself.
        }
    }

    private byte[] Write(string name, float[] embedding)
    {
        var (form, bytes) = _codec.Write(embedding);
        var entry = new byte[HeaderLength + bytes.Length];
        entry[HeaderLength - 1] = (byte)Array.IndexOf(_forms, form);
        bytes.CopyTo(entry, HeaderLength);
        Hash(name, entry.AsSpan(SHA256.HashSizeInBytes)).CopyTo(entry, 0);
        return entry;
    }

    private float[]? Read(string name, byte[] entry, int length)
    {
        if (entry.Length <= HeaderLength || entry[HeaderLength - 1] >= _forms.Length)
            return null;
        if (!Hash(name, entry.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(entry.AsSpan(0, SHA256.HashSizeInBytes)))
            return null;
        try
        {
            return _codec.Read(_forms[entry[HeaderLength - 1]], entry.AsSpan(HeaderLength), length);
        }
        catch (InferenceException)
        {
            return null;
        }
    }

    private static byte[] Hash(string name, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    /// <summary>Tells the cache to keep nothing; never leaves this class.</summary>
    private sealed class NotThereException : Exception;
}
