namespace Aigc.Pipeline.Stages;

/// <summary>Finished pictures.</summary>
/// <param name="Pictures">One for each picture, in order.</param>
public sealed record EnhanceOutput(IReadOnlyList<PictureResult> Pictures) : StageOutput;
