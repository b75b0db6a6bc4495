namespace Aigc.Pipeline.Requests;

/// <summary>What the loaded model can do, and what it does where a request is silent.</summary>
/// <param name="ModelName">The model's name, for people.</param>
/// <param name="ModelDigest">SHA-256 over the model's files, lower-case hex: part of every artifact's name.</param>
/// <param name="SizeMultiple">Width and height must be multiples of this many pixels.</param>
/// <param name="MinSize">The smallest width and height, in pixels.</param>
/// <param name="MaxSize">The largest width and height, in pixels.</param>
/// <param name="DefaultWidth">Width of a request that names none, in pixels.</param>
/// <param name="DefaultHeight">Height of a request that names none, in pixels.</param>
/// <param name="MaxSteps">The most denoising steps that the model's schedule allows.</param>
/// <param name="DefaultSteps">Steps of a request that names none.</param>
/// <param name="DefaultGuidance">Guidance scale of a request that names none.</param>
/// <param name="Schedulers">The known scheduler names.</param>
/// <param name="DefaultScheduler">The scheduler of a request that names none.</param>
/// <param name="EnhanceFactor">How many times wider and higher the enhancer makes a picture; 0 where there is none.</param>
/// <param name="PreferredBatch">How many pictures the device denoises together before a larger batch gains nothing.</param>
/// <param name="ImageToImage">Whether the model takes input pictures.</param>
public sealed record EngineCapabilities(
    string ModelName,
    string ModelDigest,
    int SizeMultiple,
    int MinSize,
    int MaxSize,
    int DefaultWidth,
    int DefaultHeight,
    int MaxSteps,
    int DefaultSteps,
    float DefaultGuidance,
    IReadOnlyList<string> Schedulers,
    string DefaultScheduler,
    int EnhanceFactor,
    int PreferredBatch,
    bool ImageToImage = false)
{
    /// <summary>Prompts that the model draws well, to be suggested to people.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Prompts
    {
        get;

        // What an earlier release wrote has none, and the reader then gives null.
        init => field = value ?? [];
    } = [];
}
