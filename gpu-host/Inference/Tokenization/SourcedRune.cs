namespace Aigc.Inference.Tokenization;

/// <summary>A code point and the index of the UTF-16 unit in the original text that it came from.</summary>
internal readonly record struct SourcedRune(int Value, int Source);
