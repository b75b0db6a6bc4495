using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aigc.Artifacts;

namespace Aigc.Functions.Jobs;

/// <summary>Job documents in the store, and the manifests that were opened last. Safe for many callers at once.</summary>
internal sealed class JobManifests(IArtifactStore store)
{
    private const int MaxOpen = 32;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly ConcurrentDictionary<string, OpenJob> _open = new();
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Writes a document, or finds the one that is there.</summary>
    public async Task<(ArtifactRef Reference, T Document)> PutAsync<T>(string name, T document, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, _json);
        var reference = await store.PutAsync(name, "application/json", bytes, cancellationToken).ConfigureAwait(false);
        // The first writer wins, and that may have been another try with other seeds or hosts.
        var there = reference.Sha256 == Sha256Of(bytes) ? document : await ReadAsync<T>(reference, cancellationToken).ConfigureAwait(false);
        return (reference, there);
    }

    /// <summary>A document, or null where there is none of this name.</summary>
    public async Task<T?> FindAsync<T>(string name, CancellationToken cancellationToken)
        where T : class => await store.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } reference
        ? await ReadAsync<T>(reference, cancellationToken).ConfigureAwait(false)
        : null;

    public async Task<T> ReadAsync<T>(ArtifactRef reference, CancellationToken cancellationToken)
    {
        var bytes = await store.ReadAsync(reference, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<T>(bytes.Span, _json)!;
    }

    /// <summary>A planned manifest, opened.</summary>
    public async Task<OpenJob> OpenAsync(ArtifactRef reference, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(reference.Sha256, out var open))
            return open;
        open = new OpenJob(await ReadAsync<JobManifest>(reference, cancellationToken).ConfigureAwait(false));
        if (_open.TryAdd(reference.Sha256, open))
        {
            _order.Enqueue(reference.Sha256);
            if (_order.Count > MaxOpen && _order.TryDequeue(out var oldest))
                _open.TryRemove(oldest, out _);
        }

        return open;
    }

    public static string Sha256Of<T>(T document) => Sha256Of(JsonSerializer.SerializeToUtf8Bytes(document, _json));

    private static string Sha256Of(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
