namespace Aigc.Pipeline.Stages;

/// <summary>Finished pictures.</summary>
/// <param name="Pictures">One for each picture asked for, in that order.</param>
/// <param name="Truncated">The prompts that were longer than the model reads.</param>
public sealed record ChainOutput(IReadOnlyList<PictureResult> Pictures, IReadOnlyList<TruncatedPrompt> Truncated) : StageOutput;
