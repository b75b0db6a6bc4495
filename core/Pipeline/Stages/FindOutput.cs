namespace Aigc.Pipeline.Stages;

/// <summary>What the store already holds.</summary>
/// <param name="Pictures">Those of the pictures that an earlier request made.</param>
public sealed record FindOutput(IReadOnlyList<PictureResult> Pictures) : StageOutput;
