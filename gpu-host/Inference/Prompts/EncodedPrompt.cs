using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Prompts;

/// <summary>A prompt, its tokens, and its embedding.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Tokens">Its tokens, and what of it was dropped; of the first tokenizer where the model has two.</param>
/// <param name="Embedding"><see cref="ModelDescription.EmbeddingLength"/> numbers: [tokens, width], then the pooled vector where the
/// model has one; rounded as <see cref="EmbeddingPrecision"/> says.</param>
public sealed record EncodedPrompt(string Text, TokenizedPrompt Tokens, ReadOnlyMemory<float> Embedding);
