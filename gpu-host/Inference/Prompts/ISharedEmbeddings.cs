namespace Aigc.Inference.Prompts;

/// <summary>
/// Embeddings that several processes share, asked before one is worked out. It may be slow and it may fail, but it never fails a request:
/// what it does not have is worked out here. Safe for use by many threads.
/// </summary>
public interface ISharedEmbeddings
{
    /// <summary>Looks for an embedding; callers that look for one at the same time share the look.</summary>
    /// <param name="key">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// Its <see cref="EmbeddingKey.Length"/> numbers, rounded as <see cref="EmbeddingPrecision"/> says; null where nobody has shared it,
    /// where what is there is not whole, or where it cannot be had in time.
    /// </returns>
    /// <exception cref="OperationCanceledException">Cancelled; nothing else is thrown.</exception>
    ValueTask<float[]?> FindAsync(EmbeddingKey key, CancellationToken cancellationToken);

    /// <summary>Gives an embedding to the others, some time after this returns. Throws nothing.</summary>
    /// <param name="key">Which.</param>
    /// <param name="embedding">Its numbers, which nobody changes any more.</param>
    void Share(EmbeddingKey key, float[] embedding);
}
