using Aigc.Artifacts;

namespace Aigc.Pipeline.Requests;

/// <summary>Asks for one or more pictures of one prompt. Null means the model's own default.</summary>
public sealed record GenerationRequest
{
    /// <summary>What the pictures show. Not empty.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the pictures should not show; used only where guidance is above 1.</summary>
    /// <value>The default is an empty string: guidance away from the model's unconditional picture.</value>
    public string NegativePrompt { get; init; } = "";

    /// <summary>How many pictures, 1 to 64; picture i has seed <see cref="Seed"/> + i.</summary>
    /// <value>The default is 1.</value>
    public int Count { get; init; } = 1;

    /// <summary>Width of the generated picture before enhancement, in pixels; a multiple of 8.</summary>
    public int? Width { get; init; }

    /// <summary>Height of the generated picture before enhancement, in pixels; a multiple of 8.</summary>
    public int? Height { get; init; }

    /// <summary>Denoising steps, 1 to 1000. More is slower; pictures change little above 30.</summary>
    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance scale, 0 to 30 (Ho and Salimans 2022). At 1 or below the negative prompt is not used and a step costs half.</summary>
    public float? Guidance { get; init; }

    /// <summary>The seed of the first picture's noise; 0 or above.</summary>
    /// <value>Null draws one when the request is accepted; the result says which.</value>
    public long? Seed { get; init; }

    /// <summary>The scheduler's name, as in <c>ddim</c> or <c>euler</c>.</summary>
    public string? Scheduler { get; init; }

    /// <summary>Whether pictures go through super-resolution.</summary>
    /// <value>Null means yes where the model has an enhancer.</value>
    public bool? Enhance { get; init; }

    /// <summary>The input picture of image to image: a reference to a PNG, JPEG or WebP file in the store; see <see cref="InputPicture"/>.</summary>
    /// <value>The default is null: pictures start from noise.</value>
    public ArtifactRef? Image { get; init; }

    /// <summary>How much of <see cref="Image"/> is made anew, above 0 to 1: at 1 little but its colours is left. Only with an image.</summary>
    /// <value>Null means 0.8.</value>
    public float? Strength { get; init; }

    /// <summary>The file format of the finished pictures.</summary>
    /// <value>The default is PNG.</value>
    public OutputFormat Format { get; init; }

    /// <summary>Quality of lossy formats, 1 to 100; not used by PNG.</summary>
    /// <value>The default is 90.</value>
    public int Quality { get; init; } = 90;
}
