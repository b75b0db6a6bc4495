namespace Aigc.Pipeline.Stages;

/// <summary>Input pictures to encode.</summary>
/// <param name="Pictures">The pictures, each once.</param>
public sealed record PrepareInput(IReadOnlyList<PreparePicture> Pictures);
