using System.Collections.Concurrent;
using Aigc.Inference.Prompts;

namespace Aigc.Inference.Tests.Prompts;

/// <summary>Embeddings that several encoders share in this process, and what was asked of them.</summary>
internal sealed class NotingEmbeddings : ISharedEmbeddings
{
    private int _given;

    public ConcurrentDictionary<EmbeddingKey, float[]> Known { get; } = new();

    public ConcurrentQueue<EmbeddingKey> Asked { get; } = new();

    public int Given => Volatile.Read(ref _given);

    public ValueTask<float[]?> FindAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        Asked.Enqueue(key);
        return new ValueTask<float[]?>(Known.GetValueOrDefault(key));
    }

    public void Share(EmbeddingKey key, float[] embedding)
    {
        Interlocked.Increment(ref _given);
        Known[key] = embedding;
    }
}
