using Aigc.Inference.Models;

namespace Aigc.Inference.Costs;

/// <summary>What a denoising step takes on this device.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Shape">The shape of its latents.</param>
/// <param name="Rows">Rows that share it.</param>
/// <param name="Seconds">Mean of recent steps.</param>
public sealed record StepTime(string Model, LatentShape Shape, int Rows, double Seconds);
