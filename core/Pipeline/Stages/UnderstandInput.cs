namespace Aigc.Pipeline.Stages;

/// <summary>Texts to embed.</summary>
/// <param name="Texts">Prompts and negative prompts, each once.</param>
public sealed record UnderstandInput(IReadOnlyList<string> Texts);
