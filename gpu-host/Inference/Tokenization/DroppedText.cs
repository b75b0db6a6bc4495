namespace Aigc.Inference.Tokenization;

/// <summary>The end of a prompt that did not fit.</summary>
/// <param name="Index">Where it begins: an index of UTF-16 units into the prompt as it was given.</param>
/// <param name="Text">What was dropped, as it was typed.</param>
public sealed record DroppedText(int Index, string Text);
