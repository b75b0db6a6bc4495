using Aigc.Artifacts;

namespace Aigc.Inference.Chain;

/// <summary>Pictures to make.</summary>
/// <param name="Model">The model's name; empty for the default.</param>
/// <param name="Pictures">The pictures; answers name them by their place here.</param>
public sealed record ChainCall(string Model, IReadOnlyList<PictureOrder> Pictures)
{
    /// <summary>When they must be done, by the clock's timestamps: refused where that cannot be, and first where it is close.</summary>
    /// <value>The default is <see cref="long.MaxValue"/>: whenever.</value>
    public long Deadline { get; init; } = long.MaxValue;

    /// <summary>Whether the deadline is only for admission, since the pictures are to be finished even if the caller does not wait for them.</summary>
    public bool Finish { get; init; }

    /// <summary>A preview after every so many steps of a picture; 0 for none.</summary>
    public int PreviewEverySteps { get; init; }

    /// <summary>Whether to look for checkpoints that an earlier, lost attempt left.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Cancelled before the call itself is where nobody will ask for its pictures again: the checkpoints of those that no other call wanted
    /// are then deleted. A call that is cancelled without it may be lost only, and its checkpoints are kept for <see cref="Resume"/>.
    /// </summary>
    /// <value>The default is never.</value>
    public CancellationToken Discarded { get; init; }

    /// <summary>By text, embeddings that are there already.</summary>
    public IReadOnlyDictionary<string, ArtifactRef> Embeddings { get; init; } = new Dictionary<string, ArtifactRef>();

    /// <summary>Whether to stop at the generated pictures, stored as PNG files under <see cref="PictureAddress.Base"/>.</summary>
    public bool StopAtBase { get; init; }

    /// <summary>
    /// With <see cref="StopAtBase"/>, whether they are stored as plain pixels instead, under <see cref="PictureAddress.RawBase"/>: where only
    /// the next stage reads them.
    /// </summary>
    public bool RawBases { get; init; }

    /// <summary>By the picture's place, generated pictures that are there already: what is left is to enhance, encode and store them.</summary>
    public IReadOnlyDictionary<int, ArtifactRef> Bases { get; init; } = new Dictionary<int, ArtifactRef>();

    /// <summary>By the picture's place, latents of input pictures that are there already.</summary>
    public IReadOnlyDictionary<int, ArtifactRef> Latents { get; init; } = new Dictionary<int, ArtifactRef>();
}
