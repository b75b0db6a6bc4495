using System.Globalization;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Configuration;
using Aigc.Inference.Chain;
using Aigc.Inference.Models;
using Google.Protobuf.Collections;

namespace Aigc.GpuHost.Requests;

/// <summary>Reads requests: fills in what they leave open, and finds every fault before anything is queued, decoded or allocated.</summary>
internal sealed class RequestReader(PictureChain chain, LimitOptions limits, TimeProvider time)
{
    private const int MaxPreviewEvery = 1000;

    /// <exception cref="InvalidRequestException">With every fault.</exception>
    public async Task<ChainCall> ReadAsync(RunRequest request, DateTime deadline)
    {
        var card = await chain.DescribeAsync(request.Model).ConfigureAwait(false);
        var violations = new Violations();
        var pictures = ReadPictures(request.Pictures, card, violations);
        CheckCommon(request.OnDisconnect, request.PreviewEverySteps, violations);
        violations.ThrowIfAny();
        return new ChainCall(card.Name, pictures)
        {
            Deadline = Timestamp(deadline),
            Finish = request.OnDisconnect == OnDisconnect.Finish,
            PreviewEverySteps = request.PreviewEverySteps,
            Resume = request.Resume,
        };
    }

    /// <exception cref="InvalidRequestException">With every fault.</exception>
    public async Task<ChainCall> ReadAsync(GenerateRequest request, DateTime deadline)
    {
        var card = await chain.DescribeAsync(request.Model).ConfigureAwait(false);
        var violations = new Violations();
        var pictures = ReadPictures(request.Pictures, card, violations);
        CheckCommon(request.OnDisconnect, request.PreviewEverySteps, violations);
        if (request.Embeddings.Count > limits.MaxTexts)
            violations.Add("embeddings", Invariant($"{request.Embeddings.Count} are more than {limits.MaxTexts}"));
        var embeddings = new Dictionary<string, ArtifactRef>(StringComparer.Ordinal);
        foreach (var (text, token) in request.Embeddings)
        {
            if (Reference("embeddings", token, violations) is not { } reference)
                continue;
            embeddings[text] = reference;
            RefuseForeign("embeddings", reference, PictureAddress.Embedding(card.Digest, text), "the embedding of its text", violations);
        }

        var latents = new Dictionary<int, ArtifactRef>();
        foreach (var (place, token) in request.Latents)
        {
            if (place < 0 || place >= request.Pictures.Count)
                violations.Add("latents", Invariant($"there is no picture {place}"));
            else if (request.Pictures[place].Image.Length == 0)
                violations.Add("latents", Invariant($"picture {place} has no input picture"));
            else if (Reference("latents", token, violations) is { } reference)
            {
                latents[place] = reference;
                if (place < pictures.Count && pictures[place] is { Image: { } image } picture)
                {
                    var own = PictureAddress.Latent(card.Digest, image.Sha256, picture.Width, picture.Height);
                    RefuseForeign("latents", reference, own, Invariant($"the latent of picture {place}"), violations);
                }
            }
        }

        violations.ThrowIfAny();
        return new ChainCall(card.Name, pictures)
        {
            Deadline = Timestamp(deadline),
            Finish = request.OnDisconnect == OnDisconnect.Finish,
            PreviewEverySteps = request.PreviewEverySteps,
            Resume = request.Resume,
            StopAtBase = true,
            RawBases = request.Raw,
            Embeddings = embeddings,
            Latents = latents,
        };
    }

    /// <exception cref="InvalidRequestException">With every fault.</exception>
    public async Task<ChainCall> ReadAsync(EnhanceRequest request, DateTime deadline)
    {
        var card = await chain.DescribeAsync(request.Model).ConfigureAwait(false);
        var violations = new Violations();
        var pictures = ReadPictures(request.Pictures, card, violations);
        if (request.Bases.Count != request.Pictures.Count)
            violations.Add("bases", Invariant($"{request.Bases.Count} generated pictures for {request.Pictures.Count} pictures: give one for each"));
        var bases = new Dictionary<int, ArtifactRef>();
        for (var i = 0; i < Math.Min(request.Bases.Count, limits.MaxPictures); i++)
        {
            var field = Invariant($"bases[{i}]");
            if (Reference(field, request.Bases[i], violations) is not { } reference)
                continue;
            bases[i] = reference;
            if (i < pictures.Count)
            {
                var own = pictures[i].Address(card.Digest);
                var expected = own.IsBase(reference.Name) ? reference.Name : own.Base;
                RefuseForeign(field, reference, expected, Invariant($"the generated picture of picture {i}"), violations);
            }
        }

        violations.ThrowIfAny();
        return new ChainCall(card.Name, pictures) { Deadline = Timestamp(deadline), Bases = bases };
    }

    /// <exception cref="InvalidRequestException">With every fault.</exception>
    public async Task<(string Model, IReadOnlyList<string> Texts)> ReadAsync(UnderstandRequest request)
    {
        var card = await chain.DescribeAsync(request.Model).ConfigureAwait(false);
        var violations = new Violations();
        if (request.Texts.Count < 1 || request.Texts.Count > limits.MaxTexts)
            violations.Add("texts", Invariant($"{request.Texts.Count} texts are not between 1 and {limits.MaxTexts}"));
        for (var i = 0; i < Math.Min(request.Texts.Count, limits.MaxTexts); i++)
            PictureReader.CheckText(Invariant($"texts[{i}]"), request.Texts[i], violations);
        violations.ThrowIfAny();
        return (card.Name, request.Texts);
    }

    /// <exception cref="InvalidRequestException">With every fault.</exception>
    public async Task<(string Model, IReadOnlyList<(ArtifactRef Image, int Width, int Height)> Pictures)> ReadAsync(PrepareRequest request)
    {
        var card = await chain.DescribeAsync(request.Model).ConfigureAwait(false);
        var violations = new Violations();
        if (!card.ImageToImage)
            violations.Add("model", $"model '{card.Name}' takes no input pictures: it has no encoder");
        CheckCount(request.Pictures.Count, violations);
        var pictures = new List<(ArtifactRef, int, int)>();
        for (var i = 0; i < Math.Min(request.Pictures.Count, limits.MaxPictures); i++)
        {
            var (picture, field) = (request.Pictures[i], Invariant($"pictures[{i}]"));
            var image = Reference($"{field}.image", picture.Image, violations);
            var width = PictureReader.ReadSize($"{field}.width", picture.Width, card, violations);
            var height = PictureReader.ReadSize($"{field}.height", picture.Height, card, violations);
            if (image is not null)
                pictures.Add((image, width, height));
        }

        violations.ThrowIfAny();
        return (card.Name, pictures);
    }

    internal static ArtifactRef? Reference(string field, string token, Violations violations)
    {
        if (ArtifactRef.TryParse(token, out var reference))
            return reference;
        violations.Add(field, "is not an artifact reference: pass one on exactly as it was given, as in artifact:v1:...");
        return null;
    }

    internal static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // A name says what it was made of, so one that says something else is refused here, where its field is known.
    private static void RefuseForeign(string field, ArtifactRef reference, string expected, string what, Violations violations)
    {
        if (reference.Name != expected)
            violations.Add(field, $"artifact '{reference.Name}' is not {what}: send the reference that was given for it");
    }

    private List<PictureOrder> ReadPictures(RepeatedField<PictureRequest> pictures, ModelCard card, Violations violations)
    {
        CheckCount(pictures.Count, violations);
        var orders = new List<PictureOrder>();
        for (var i = 0; i < Math.Min(pictures.Count, limits.MaxPictures); i++)
            orders.Add(PictureReader.Read(Invariant($"pictures[{i}]"), pictures[i], card, violations));
        return orders;
    }

    private void CheckCount(int count, Violations violations)
    {
        if (count < 1 || count > limits.MaxPictures)
            violations.Add("pictures", Invariant($"{count} pictures are not between 1 and {limits.MaxPictures}"));
    }

    private static void CheckCommon(OnDisconnect onDisconnect, int previewEverySteps, Violations violations)
    {
        if (!Enum.IsDefined(onDisconnect))
            violations.Add("on_disconnect", Invariant($"{(int)onDisconnect} is unknown"));
        if (previewEverySteps is < 0 or > MaxPreviewEvery)
            violations.Add("preview_every_steps", Invariant($"{previewEverySteps} is not between 0 and {MaxPreviewEvery}"));
    }

    /// <summary>A call's deadline by the clock's timestamps; <see cref="long.MaxValue"/> where it has none.</summary>
    public long Timestamp(DateTime deadline)
    {
        if (deadline == DateTime.MaxValue)
            return long.MaxValue;
        var left = (deadline - time.GetUtcNow().UtcDateTime).TotalSeconds * time.TimestampFrequency;
        return left > long.MaxValue / 2 ? long.MaxValue : time.GetTimestamp() + (long)left;
    }
}
