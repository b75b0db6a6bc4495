using Aigc.Artifacts;
using Aigc.Inference.Imaging;

namespace Aigc.Inference.Chain;

/// <summary>Everything that decides one picture, with no default left open and nothing out of range.</summary>
public sealed record PictureOrder
{
    /// <summary>What it shows.</summary>
    public required string Prompt { get; init; }

    /// <summary>What it should not show.</summary>
    public required string NegativePrompt { get; init; }

    /// <summary>Width before enhancement, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height before enhancement, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Denoising steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Classifier-free guidance scale.</summary>
    public required float Guidance { get; init; }

    /// <summary>The seed of its noise.</summary>
    public required long Seed { get; init; }

    /// <summary>A name that <see cref="Scheduling.SchedulerCatalog"/> knows.</summary>
    public required string Scheduler { get; init; }

    /// <summary>Whether it is super-resolved.</summary>
    public required bool Enhance { get; init; }

    /// <summary>The file format of the finished picture.</summary>
    public required PictureFormat Format { get; init; }

    /// <summary>Quality of lossy formats, 1 to 100.</summary>
    public required int Quality { get; init; }

    /// <summary>The input picture of image to image.</summary>
    /// <value>The default is null: the picture starts from noise.</value>
    public ArtifactRef? Image { get; init; }

    /// <summary>How much of the input picture is made anew, above 0 to 1; read only where there is an <see cref="Image"/>.</summary>
    public float Strength { get; init; } = .8f;

    /// <summary>A checkpoint of this very picture, from which denoising goes on.</summary>
    /// <value>The default is null: from the start.</value>
    public ArtifactRef? Checkpoint { get; init; }

    /// <summary>What names its artifacts.</summary>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    public PictureAddress Address(string modelDigest) => new(
        modelDigest, Prompt, NegativePrompt, Width, Height, Steps, Guidance, Seed, Scheduler, Image?.Sha256, Image is null ? 1 : Strength);

    /// <summary>The name of the finished picture.</summary>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    public string Name(string modelDigest) => Address(modelDigest).Picture(
        Enhance, Format.Extension[1..], Format == PictureFormat.Png ? 0 : Quality);
}
