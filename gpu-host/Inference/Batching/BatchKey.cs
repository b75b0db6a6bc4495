using Aigc.Inference.Models;

namespace Aigc.Inference.Batching;

/// <summary>What pictures must have in common to share a step.</summary>
/// <param name="Model">The model.</param>
/// <param name="Shape">The shape of their latents.</param>
public readonly record struct BatchKey(LoadedModel Model, LatentShape Shape);
