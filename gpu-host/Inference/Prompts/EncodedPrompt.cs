using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Prompts;

/// <summary>A prompt, its tokens, and its embedding.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Tokens">Its tokens, and what of it was dropped.</param>
/// <param name="Embedding">[tokens, width].</param>
public sealed record EncodedPrompt(string Text, TokenizedPrompt Tokens, ReadOnlyMemory<float> Embedding);
