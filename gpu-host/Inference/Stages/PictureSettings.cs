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
    string Scheduler)
{
    /// <summary>The latent of the input picture of image to image, [channels, height, width].</summary>
    /// <value>The default is empty: the picture starts from noise.</value>
    public ReadOnlyMemory<float> Image { get; init; }

    /// <summary>How much of the input picture is made anew, above 0 to 1; read only where there is an <see cref="Image"/>.</summary>
    /// <value>The default is 0.8.</value>
    public float Strength { get; init; } = .8f;

    /// <summary>
    /// The step it starts at: with an input picture the last <c>steps * strength</c> steps are done, and at least one, as in SDEdit (Meng et al.,
    /// "SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations", 2021).
    /// </summary>
    public int BeginStep => Image.IsEmpty ? 0 : BeginStepOf(Steps, Strength);

    /// <summary>The step at which a picture with an input picture starts.</summary>
    /// <param name="steps">Steps asked for.</param>
    /// <param name="strength">Above 0 to 1.</param>
    public static int BeginStepOf(int steps, float strength) => steps - Math.Clamp((int)(steps * strength), 1, steps);
}
