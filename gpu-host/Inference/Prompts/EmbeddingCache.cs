namespace Aigc.Inference.Prompts;

/// <summary>Embeddings by their tokens, bounded in bytes: the one used longest ago goes first. One thread at a time.</summary>
/// <param name="maxBytes">The bound.</param>
internal sealed class EmbeddingCache(long maxBytes)
{
    /// <summary>What an entry takes beside its numbers and its ids: objects, list node, table slot. On the high side.</summary>
    public const int EntryBytes = 512;

    private readonly Dictionary<TokenKey, LinkedListNode<(TokenKey Key, float[] Embedding)>> _known = [];
    private readonly LinkedList<(TokenKey Key, float[] Embedding)> _byUse = new();

    public long MaxBytes => maxBytes;

    public int Count => _known.Count;

    public long Bytes { get; private set; }

    public static long Cost(TokenKey key, float[] embedding) => EntryBytes + key.Bytes + (long)embedding.Length * sizeof(float);

    public float[]? Find(TokenKey key)
    {
        if (!_known.TryGetValue(key, out var node))
            return null;
        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value.Embedding;
    }

    /// <summary>Remembers an embedding, unless it is known or alone larger than the bound.</summary>
    public void Add(TokenKey key, float[] embedding)
    {
        var cost = Cost(key, embedding);
        if (cost > maxBytes || _known.ContainsKey(key))
            return;
        while (Bytes + cost > maxBytes)
        {
            var (oldest, forgotten) = _byUse.Last!.Value;
            _byUse.RemoveLast();
            _known.Remove(oldest);
            Bytes -= Cost(oldest, forgotten);
        }

        _known.Add(key, _byUse.AddFirst((key, embedding)));
        Bytes += cost;
    }
}
