using Aigc.Artifacts;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Chain.Flights;

/// <summary>What one flight is to make, and what of it is there already.</summary>
/// <param name="Card">The model.</param>
/// <param name="Picture">The picture.</param>
internal sealed record FlightOrder(ModelCard Card, PictureOrder Picture)
{
    public bool StopAtBase { get; init; }

    public ArtifactRef? Base { get; init; }

    public ArtifactRef? Latent { get; init; }

    public required IReadOnlyDictionary<string, ArtifactRef> Embeddings { get; init; }

    public required long Deadline { get; init; }

    public required bool Resume { get; init; }

    public PictureAddress Address { get; } = Picture.Address(Card.Digest);

    /// <summary>The name it ends under; flights of one name are one.</summary>
    public string Name => StopAtBase ? Address.Base : Picture.Name(Card.Digest);

    /// <summary>Its steps.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>Denoising steps it takes from start to end.</summary>
    public int StepCount => Base is null ? Schedule.Count - Schedule.Begin : 0;

    /// <summary>The stored picture, as an answer.</summary>
    public PictureMade Made(ArtifactRef stored, bool found)
    {
        var factor = Picture.Enhance && !StopAtBase ? Card.EnhanceFactor : 1;
        return new PictureMade(stored, Picture.Seed, Picture.Width * factor, Picture.Height * factor, found);
    }
}
