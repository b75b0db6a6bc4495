namespace Aigc.Pipeline.Stages;

/// <summary>What every stage call returns beside its product.</summary>
public abstract record StageOutput
{
    /// <summary>Where the call's time went.</summary>
    public IReadOnlyList<StageSpan> Spans { get; init; } = [];
}
