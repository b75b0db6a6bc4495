namespace Aigc.Inference.Scheduling;

/// <summary>A sample is <c>Signal * clean + Noise * noise</c>, where the noise is standard normal.</summary>
internal readonly record struct NoiseLevel(double Signal, double Noise);
