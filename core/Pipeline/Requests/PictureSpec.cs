using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;

namespace Aigc.Pipeline.Requests;

/// <summary>Everything that decides one picture, with no default left open.</summary>
/// <param name="Index">Its place in the job, from 0: over all requests in the order given.</param>
/// <param name="Prompt">What it shows.</param>
/// <param name="NegativePrompt">What it should not show.</param>
/// <param name="Width">Width before enhancement, in pixels.</param>
/// <param name="Height">Height before enhancement, in pixels.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guidance">Classifier-free guidance scale.</param>
/// <param name="Seed">The seed of its noise.</param>
/// <param name="Scheduler">The scheduler's name.</param>
/// <param name="Enhance">Whether it goes through super-resolution.</param>
/// <param name="Format">The file format.</param>
/// <param name="Quality">Quality of lossy formats, 1 to 100.</param>
public sealed record PictureSpec(
    int Index,
    string Prompt,
    string NegativePrompt,
    int Width,
    int Height,
    int Steps,
    float Guidance,
    long Seed,
    string Scheduler,
    bool Enhance,
    OutputFormat Format,
    int Quality)
{
    /// <summary>The strength of a request that names none.</summary>
    public const float DefaultStrength = 0.8f;

    /// <summary>Whether guidance pushes it away from the negative prompt, which is read only then.</summary>
    [JsonIgnore]
    public bool Guided => Guidance > 1;

    /// <summary>The texts whose embeddings it takes: its prompt, and its negative prompt where it is guided.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Texts => Guided ? [Prompt, NegativePrompt] : [Prompt];

    /// <summary>The input picture of image to image: a reference to its file.</summary>
    /// <value>The default is null: the picture starts from noise.</value>
    public ArtifactRef? Image { get; init; }

    /// <summary>How much of the input picture is made anew, above 0 to 1; read only where there is an <see cref="Image"/>.</summary>
    /// <value>The default is 0.8, as most tools have it.</value>
    public float Strength { get; init; } = DefaultStrength;

    /// <summary>What has given way already: the other properties are as they are since.</summary>
    /// <value>The default is null: it is as it was asked for.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Concession>? Given { get; init; }

    /// <summary>What names its artifacts.</summary>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    public PictureAddress Address(string modelDigest) => new(
        modelDigest, Prompt, NegativePrompt, Width, Height, Steps, Guidance, Seed, Scheduler, Image?.Sha256, Image is null ? 1 : Strength);

    /// <summary>The name of the finished picture.</summary>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    public string Name(string modelDigest)
    {
        var (extension, quality) = Format switch
        {
            OutputFormat.Png => ("png", 0),
            OutputFormat.Jpeg => ("jpg", Quality),
            OutputFormat.Webp => ("webp", Quality),
            _ => throw new InvalidOperationException($"format {Format} has no name"),
        };
        return Address(modelDigest).Picture(Enhance, extension, quality);
    }

    /// <summary>The pictures of some requests, in order.</summary>
    /// <param name="requests">Validated requests whose seeds are set.</param>
    /// <param name="capabilities">Fills in what the requests leave open.</param>
    public static IReadOnlyList<PictureSpec> Expand(IReadOnlyList<GenerationRequest> requests, EngineCapabilities capabilities)
    {
        var specs = new List<PictureSpec>();
        foreach (var r in requests)
        {
            var seed = r.Seed ?? throw new InvalidOperationException("A request's seed is drawn when it is accepted, before it is expanded.");
            for (var i = 0; i < r.Count; i++)
            {
                specs.Add(new PictureSpec(
                    specs.Count,
                    r.Prompt,
                    r.NegativePrompt,
                    r.Width ?? capabilities.DefaultWidth,
                    r.Height ?? capabilities.DefaultHeight,
                    r.Steps ?? capabilities.DefaultSteps,
                    r.Guidance ?? capabilities.DefaultGuidance,
                    seed + i,
                    r.Scheduler ?? capabilities.DefaultScheduler,
                    r.Enhance ?? capabilities.EnhanceFactor > 0,
                    r.Format,
                    r.Quality)
                {
                    Image = r.Image,
                    Strength = r.Strength ?? DefaultStrength,
                });
            }
        }

        return specs;
    }
}
