using Aigc.Artifacts;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Chain.Flights;

/// <summary>What one flight is to make, and what of it is there already.</summary>
/// <param name="Card">The model.</param>
/// <param name="Picture">The picture.</param>
internal sealed record FlightOrder(ModelCard Card, PictureOrder Picture)
{
    public bool StopAtBase { get; init; }

    public bool RawBase { get; init; }

    public ArtifactRef? Base { get; init; }

    public ArtifactRef? Latent { get; init; }

    public required IReadOnlyDictionary<string, ArtifactRef> Embeddings { get; init; }

    public required long Deadline { get; init; }

    public required bool Resume { get; init; }

    public PictureAddress Address { get; } = Picture.Address(Card.Digest);

    /// <summary>The name it ends under; flights of one name are one.</summary>
    public string Name => StopAtBase ? RawBase ? Address.RawBase : Address.Base : Picture.Name(Card.Digest);

    /// <summary>Its steps.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>Denoising steps it takes from start to end.</summary>
    public int StepCount => Base is null ? Schedule.Count - Schedule.Begin : 0;

    /// <summary>Whether artifacts were given with it, which may be damaged or gone though its name is right.</summary>
    public bool HasReferences => (Base ?? Latent ?? Picture.Checkpoint ?? Picture.Image) is not null
        || Embeddings.ContainsKey(Picture.Prompt) || Embeddings.ContainsKey(Picture.NegativePrompt);

    /// <summary>
    /// Refuses what was given as a part of this picture and is not. A picture's name says what it was made of, so nothing may come in
    /// under it that it does not say; nor may it spoil the flight for others that want the same picture.
    /// </summary>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>; the message names the artifact.</exception>
    public void RefuseForeign()
    {
        if (Picture.Checkpoint is { } checkpoint && !checkpoint.Name.StartsWith(Address.Checkpoints, StringComparison.Ordinal))
            throw Foreign(checkpoint, "checkpoint");
        if (Base is not null && !Address.IsBase(Base.Name))
            throw Foreign(Base, "generated picture");
        if (Latent is not null && Latent.Name != LatentName)
            throw Foreign(Latent, "latent");
        foreach (var text in (string[])[Picture.Prompt, Picture.NegativePrompt])
        {
            if (Embeddings.TryGetValue(text, out var embedding) && embedding.Name != PictureAddress.Embedding(Card.Digest, text))
                throw Foreign(embedding, "embedding");
        }
    }

    /// <summary>The stored picture, as an answer.</summary>
    public PictureMade Made(ArtifactRef stored, bool found)
    {
        var factor = Picture.Enhance && !StopAtBase ? Card.EnhanceFactor : 1;
        return new PictureMade(stored, Picture.Seed, Picture.Width * factor, Picture.Height * factor, found);
    }

    private string? LatentName => Picture.Image is { } image
        ? PictureAddress.Latent(Card.Digest, image.Sha256, Picture.Width, Picture.Height)
        : null;

    private static InferenceException Foreign(ArtifactRef reference, string what) => new(
        InferenceFault.BadRequest,
        $"artifact '{reference.Name}' is not the {what} of this picture: send the reference that was given for it");
}
