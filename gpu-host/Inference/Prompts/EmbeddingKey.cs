namespace Aigc.Inference.Prompts;

/// <summary>What an embedding follows from, for others to find it by.</summary>
/// <param name="ModelDigest">SHA-256 of the model, lower-case hex.</param>
/// <param name="TokensSha256">SHA-256 of the token ids, of every tokenizer of the model, lower-case hex.</param>
/// <param name="Length">How many numbers the embedding has.</param>
public sealed record EmbeddingKey(string ModelDigest, string TokensSha256, int Length);
