using System.Security.Cryptography;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Chain;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using static Aigc.GpuHost.Requests.RequestReader;

namespace Aigc.GpuHost.Requests;

/// <summary>Reads one picture of a request.</summary>
internal static class PictureReader
{
    private const int MaxTextLength = 16 * 1024;
    private const float MaxGuidance = 30;
    private const float DefaultStrength = .8f;

    // Seeds count up over the pictures of a job.
    private const long MaxSeed = long.MaxValue - 4096;

    /// <summary>Reads a picture; where it has faults, what comes back stands in for it.</summary>
    public static PictureOrder Read(string field, PictureRequest picture, ModelCard card, Violations violations)
    {
        if (string.IsNullOrWhiteSpace(picture.Prompt))
            violations.Add($"{field}.prompt", "is empty: say what the picture shows");
        CheckText($"{field}.prompt", picture.Prompt, violations);
        CheckText($"{field}.negative_prompt", picture.NegativePrompt, violations);
        var guidance = picture.HasGuidance ? picture.Guidance : card.DefaultGuidance;
        if (!(guidance >= 0 && guidance <= MaxGuidance))
            violations.Add($"{field}.guidance", Invariant($"{guidance} is not between 0 and {MaxGuidance}"));
        var seed = picture.HasSeed ? picture.Seed : DrawSeed();
        if (seed is < 0 or > MaxSeed)
            violations.Add($"{field}.seed", Invariant($"{seed} is not between 0 and {MaxSeed}"));
        if (picture.Scheduler.Length > 0 && !card.Schedulers.Contains(picture.Scheduler))
            violations.Add($"{field}.scheduler", $"'{Shown(picture.Scheduler)}' is unknown; known: {string.Join(", ", card.Schedulers)}");
        var enhance = picture.HasEnhance ? picture.Enhance : card.EnhanceFactor > 0;
        if (enhance && card.EnhanceFactor == 0)
            violations.Add($"{field}.enhance", $"model '{card.Name}' has no enhancer: leave it out");
        if (picture.Quality is < 0 or > 100)
            violations.Add($"{field}.quality", Invariant($"{picture.Quality} is not between 1 and 100"));
        var image = ReadImage(field, picture, card, violations);
        var order = new PictureOrder
        {
            Prompt = picture.Prompt,
            NegativePrompt = picture.NegativePrompt,
            Width = ReadSize($"{field}.width", picture.Width, card, violations),
            Height = ReadSize($"{field}.height", picture.Height, card, violations),
            Steps = ReadSteps($"{field}.steps", picture.Steps, card, violations),
            Guidance = guidance,
            Seed = seed,
            Scheduler = picture.Scheduler.Length == 0 ? card.DefaultScheduler : picture.Scheduler,
            Enhance = enhance,
            Format = ReadFormat($"{field}.format", picture.Format, violations),
            Quality = picture.Quality == 0 ? PictureEncoder.DefaultQuality : picture.Quality,
            Image = image,
            Strength = picture.HasStrength ? picture.Strength : DefaultStrength,
        };
        return picture.Checkpoint.Length == 0 ? order : order with { Checkpoint = ReadCheckpoint($"{field}.checkpoint", picture.Checkpoint, order, card, violations) };
    }

    public static int ReadSize(string field, int pixels, ModelCard card, Violations violations)
    {
        if (pixels == 0)
            return card.DefaultSize;
        if (pixels is < ModelCard.MinSize or > ModelCard.MaxSize)
            violations.Add(field, Invariant($"{pixels} is not between {ModelCard.MinSize} and {ModelCard.MaxSize}"));
        else if (pixels % card.SizeMultiple != 0)
            violations.Add(field, Invariant($"{pixels} is not a multiple of {card.SizeMultiple}: {pixels / card.SizeMultiple * card.SizeMultiple} is"));
        return pixels;
    }

    public static void CheckText(string field, string text, Violations violations)
    {
        if (text.Length > MaxTextLength)
            violations.Add(field, Invariant($"has {text.Length} characters, more than {MaxTextLength}"));
    }

    private static int ReadSteps(string field, int steps, ModelCard card, Violations violations)
    {
        if (steps == 0)
            return card.DefaultSteps;
        if (steps < 1 || steps > card.MaxSteps)
            violations.Add(field, Invariant($"{steps} is not between 1 and {card.MaxSteps}"));
        return steps;
    }

    private static PictureFormat ReadFormat(string field, OutputFormat format, Violations violations)
    {
        switch (format)
        {
            case OutputFormat.Unspecified:
            case OutputFormat.Png:
                return PictureFormat.Png;
            case OutputFormat.Jpeg:
                return PictureFormat.Jpeg;
            case OutputFormat.Webp:
                return PictureFormat.Webp;
            default:
                violations.Add(field, Invariant($"{(int)format} is unknown; known: {string.Join(", ", PictureFormat.All)}"));
                return PictureFormat.Png;
        }
    }

    private static ArtifactRef? ReadImage(string field, PictureRequest picture, ModelCard card, Violations violations)
    {
        if (picture.HasStrength && !(picture.Strength > 0 && picture.Strength <= 1))
            violations.Add($"{field}.strength", Invariant($"{picture.Strength} is not above 0 and up to 1"));
        if (picture.Image.Length == 0)
        {
            if (picture.HasStrength)
                violations.Add($"{field}.strength", "has no meaning without an image: leave it out");
            return null;
        }

        if (!card.ImageToImage)
            violations.Add($"{field}.image", $"model '{card.Name}' takes no input pictures: it has no encoder");
        return Reference($"{field}.image", picture.Image, violations);
    }

    private static ArtifactRef? ReadCheckpoint(string field, string token, PictureOrder order, ModelCard card, Violations violations)
    {
        if (Reference(field, token, violations) is not { } reference)
            return null;
        if (!reference.Name.StartsWith(order.Address(card.Digest).Checkpoints, StringComparison.Ordinal))
            violations.Add(field, "is of another picture: send the one that was given for this picture, or leave it out");
        return reference;
    }

    // As many bits as most tools draw, so that the seed can be typed again.
    private static long DrawSeed()
    {
        Span<byte> bytes = stackalloc byte[4];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt32(bytes);
    }

    private static string Shown(string text) => text.Length > 40 ? text[..40] + "..." : text;
}
