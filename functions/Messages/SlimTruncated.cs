namespace Aigc.Functions.Messages;

/// <summary>A prompt that was longer than the model reads, without its text.</summary>
/// <param name="At">Index of the first character that was dropped.</param>
/// <param name="Tokens">How many tokens it has.</param>
/// <param name="Limit">How many the model reads.</param>
/// <param name="Dropped">The beginning of what was dropped.</param>
public sealed record SlimTruncated(int At, int Tokens, int Limit, string Dropped);
