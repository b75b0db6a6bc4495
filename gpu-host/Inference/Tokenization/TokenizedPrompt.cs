namespace Aigc.Inference.Tokenization;

/// <summary>A prompt as the text encoder takes it.</summary>
/// <param name="Ids">Start, the prompt, end, padding; as many as were asked for.</param>
/// <param name="TokenCount">Start, the prompt and end before anything was dropped: above <c>Ids.Length</c> where the prompt did not
/// fit.</param>
/// <param name="Dropped">The end of the prompt that did not fit, or null where all of it did.</param>
public sealed record TokenizedPrompt(ReadOnlyMemory<int> Ids, int TokenCount, DroppedText? Dropped)
{
    /// <summary>Whether the prompt lost its end.</summary>
    public bool Truncated => Dropped is not null;
}
