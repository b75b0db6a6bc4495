using System.Collections.Concurrent;
using Aigc.Artifacts;

namespace Aigc.Inference.Chain.Tests;

/// <summary>A store that notes what is asked of it, and that a test may hold or let fail.</summary>
internal sealed class NotingStore(IArtifactStore store) : IArtifactStore
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _deleted = [];

    /// <summary>Awaited before each operation, with its word and the artifact's name.</summary>
    public Func<string, string, Task>? Before { get; set; }

    public ConcurrentQueue<string> Operations { get; } = [];

    /// <summary>Completes once an artifact is deleted.</summary>
    public Task Deleted(string name) => DeletionOf(name).Task;

    public async ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        await NoteAsync("put", name);
        return await store.PutAsync(name, mediaType, bytes, cancellationToken);
    }

    public async ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        await NoteAsync("find", name);
        return await store.FindAsync(name, cancellationToken);
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default)
    {
        await NoteAsync("read", reference.Name);
        return await store.ReadAsync(reference, cancellationToken);
    }

    public async IAsyncEnumerable<ArtifactRef> ListAsync(
        string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await NoteAsync("list", prefix);
        await foreach (var there in store.ListAsync(prefix, cancellationToken))
            yield return there;
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        await NoteAsync("delete", name);
        var deleted = await store.DeleteAsync(name, cancellationToken);
        DeletionOf(name).TrySetResult();
        return deleted;
    }

    private TaskCompletionSource DeletionOf(string name) =>
        _deleted.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private Task NoteAsync(string operation, string name)
    {
        Operations.Enqueue($"{operation} {name.Split('/')[0]}");
        return Before?.Invoke(operation, name) ?? Task.CompletedTask;
    }
}
