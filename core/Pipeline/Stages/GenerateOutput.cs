using Aigc.Artifacts;

namespace Aigc.Pipeline.Stages;

/// <summary>Generated pictures.</summary>
/// <param name="Bases">
/// For each picture, in order: a PNG of its generated size, or its plain pixels where <see cref="GenerateInput.Raw"/> says so.
/// </param>
public sealed record GenerateOutput(IReadOnlyList<ArtifactRef> Bases) : StageOutput
{
    /// <summary>The prompts that the call itself embedded and that were longer than the model reads.</summary>
    public IReadOnlyList<TruncatedPrompt> Truncated { get; init; } = [];
}
