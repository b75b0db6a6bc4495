namespace Aigc.Inference.Models;

/// <summary>What a model can do, and what it does where a request is silent: known from its folder, before its graphs are loaded.</summary>
/// <param name="Name">The folder's own name.</param>
/// <param name="Digest">SHA-256 over the model's files, lower-case hex.</param>
/// <param name="SizeMultiple">Width and height must be multiples of this many pixels.</param>
/// <param name="DefaultSize">Width and height where a request names none, in pixels.</param>
/// <param name="MaxSteps">The most denoising steps.</param>
/// <param name="DefaultSteps">Steps where a request names none.</param>
/// <param name="DefaultGuidance">Guidance where a request names none.</param>
/// <param name="Schedulers">What a request may choose from.</param>
/// <param name="DefaultScheduler">The scheduler where a request names none.</param>
/// <param name="EnhanceFactor">How many times wider and higher enhancement makes a picture; 0 where there is no enhancer.</param>
/// <param name="ImageToImage">Whether it takes input pictures.</param>
public sealed record ModelCard(
    string Name,
    string Digest,
    int SizeMultiple,
    int DefaultSize,
    int MaxSteps,
    int DefaultSteps,
    float DefaultGuidance,
    IReadOnlyList<string> Schedulers,
    string DefaultScheduler,
    int EnhanceFactor,
    bool ImageToImage)
{
    /// <summary>Channels of a latent.</summary>
    /// <value>The default is 4, as every Stable Diffusion has.</value>
    public int LatentChannels { get; init; } = 4;

    /// <summary>Prompts that it draws well, to be suggested to people.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The smallest width and height, in pixels.</summary>
    public const int MinSize = 64;

    /// <summary>The largest width and height, in pixels.</summary>
    public const int MaxSize = 2048;
}
