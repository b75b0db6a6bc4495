namespace Aigc.Inference.Batching;

/// <summary>What a batcher has to do.</summary>
/// <param name="Running">Pictures that took the last step.</param>
/// <param name="Waiting">Pictures that did not.</param>
/// <param name="FreeRows">Rows that the last step had free.</param>
public sealed record BatcherLoad(int Running, int Waiting, int FreeRows);
