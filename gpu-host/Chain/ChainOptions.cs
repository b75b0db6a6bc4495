using System.ComponentModel.DataAnnotations;

namespace Aigc.Inference.Chain;

/// <summary>Settings of <see cref="PictureChain"/>.</summary>
public sealed record ChainOptions
{
    /// <summary>A checkpoint after every so many steps of a picture; 0 for none but those of a host that ends.</summary>
    /// <value>The default is 10.</value>
    [Range(0, 1000)]
    public int CheckpointEverySteps { get; init; } = 10;

    /// <summary>The least time between two checkpoints of a picture, in seconds: what is made anew sooner than stored is not worth storing.</summary>
    /// <value>The default is 2.</value>
    [Range(0, 3600)]
    public double CheckpointMinSeconds { get; init; } = 2;

    /// <summary>Pixels of one input picture; a larger one is refused by its header.</summary>
    /// <value>The default is 16 million: 64 MB decoded.</value>
    [Range(1, 1 << 30)]
    public int MaxInputPixels { get; init; } = Imaging.PictureDecoder.DefaultMaxPixels;

    /// <summary>The name and port under which other hosts reach this one, noted in references to what it holds in memory.</summary>
    /// <value>The default is null: references name no host.</value>
    public string? Host { get; init; }
}
