using Aigc.Pipeline.Requests;

namespace Aigc.Api.Models;

/// <summary>What <c>GET /api/model</c> answers: what a request may ask for, and what it gets where it is silent.</summary>
internal sealed record ModelAnswer
{
    /// <summary>The model's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 over the files that decide a picture, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Width and height must be multiples of this many pixels.</summary>
    public required int SizeMultiple { get; init; }

    /// <summary>The smallest width and height before enhancement, in pixels.</summary>
    public required int MinSize { get; init; }

    /// <summary>The largest width and height before enhancement, in pixels.</summary>
    public required int MaxSize { get; init; }

    /// <summary>Width where a request names none, in pixels.</summary>
    public required int DefaultWidth { get; init; }

    /// <summary>Height where a request names none, in pixels.</summary>
    public required int DefaultHeight { get; init; }

    /// <summary>The most denoising steps.</summary>
    public required int MaxSteps { get; init; }

    /// <summary>Denoising steps where a request names none.</summary>
    public required int DefaultSteps { get; init; }

    /// <summary>The largest guidance scale; the smallest is 0.</summary>
    public required float MaxGuidance { get; init; }

    /// <summary>The guidance scale where a request names none.</summary>
    public required float DefaultGuidance { get; init; }

    /// <summary>The schedulers that a request may name.</summary>
    public required IReadOnlyList<string> Schedulers { get; init; }

    /// <summary>The scheduler where a request names none.</summary>
    public required string DefaultScheduler { get; init; }

    /// <summary>How many times wider and higher enhancing makes a picture; 0 where the model has no enhancer.</summary>
    public required int EnhanceFactor { get; init; }

    /// <summary>Whether a request may start from a picture.</summary>
    public required bool ImageToImage { get; init; }

    /// <summary>How much of that picture is made anew where a request does not say, of 0 to 1.</summary>
    public required float DefaultStrength { get; init; }

    /// <summary>The most pictures of one request.</summary>
    public required int MaxN { get; init; }

    /// <summary>Prompts that the model draws well, to be suggested; empty where it comes without.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    public static ModelAnswer Of(EngineCapabilities model) => new()
    {
        Name = model.ModelName,
        Digest = model.ModelDigest,
        SizeMultiple = model.SizeMultiple,
        MinSize = model.MinSize,
        MaxSize = model.MaxSize,
        DefaultWidth = model.DefaultWidth,
        DefaultHeight = model.DefaultHeight,
        MaxSteps = model.MaxSteps,
        DefaultSteps = model.DefaultSteps,
        MaxGuidance = RequestValidator.MaxGuidance,
        DefaultGuidance = model.DefaultGuidance,
        Schedulers = model.Schedulers,
        DefaultScheduler = model.DefaultScheduler,
        EnhanceFactor = model.EnhanceFactor,
        ImageToImage = model.ImageToImage,
        DefaultStrength = PictureSpec.DefaultStrength,
        MaxN = RequestValidator.MaxCount,
        Prompts = model.Prompts,
    };
}
