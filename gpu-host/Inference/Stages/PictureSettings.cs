namespace Aigc.Inference.Stages;

/// <summary>What decides one generated picture.</summary>
/// <param name="Prompt">The prompt's embedding.</param>
/// <param name="Negative">The negative prompt's embedding; not read where guidance is 1 or below.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guidance">Classifier-free guidance scale.</param>
/// <param name="Seed">The seed of its noise.</param>
/// <param name="Scheduler">A name that <see cref="Scheduling.SchedulerCatalog"/> knows.</param>
public sealed record PictureSettings(
    ReadOnlyMemory<float> Prompt,
    ReadOnlyMemory<float> Negative,
    int Width,
    int Height,
    int Steps,
    float Guidance,
    long Seed,
    string Scheduler);
