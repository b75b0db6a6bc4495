namespace Aigc.Inference.Batching;

/// <summary>A picture that is denoised.</summary>
/// <param name="Job">It, done.</param>
/// <param name="Moved">When it took steps: stretches of time, in order, by the batcher's clock. Between them it waited.</param>
public sealed record DenoiseResult(DenoiseJob Job, IReadOnlyList<(long Start, long End)> Moved);
