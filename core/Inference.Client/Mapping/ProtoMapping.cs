using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Wire = Aigc.Contracts.Inference.V1;

namespace Aigc.Inference.Client.Mapping;

/// <summary>The one place where the contract's messages become the pipeline's types and back.</summary>
internal static class ProtoMapping
{
    // Understand takes 256 texts, and a picture has up to two.
    private const int MostPicturesOfOneCall = 128;

    public static PictureRequest ToRequest(this PictureSpec spec)
    {
        var request = new PictureRequest
        {
            Prompt = spec.Prompt,
            NegativePrompt = spec.NegativePrompt,
            Width = spec.Width,
            Height = spec.Height,
            Steps = spec.Steps,
            Guidance = spec.Guidance,
            Seed = spec.Seed,
            Scheduler = spec.Scheduler,
            Enhance = spec.Enhance,
            Format = Format(spec.Format),
            Quality = spec.Quality,
        };
        if (spec.Image is { } image)
            (request.Image, request.Strength) = (image.ToString(), spec.Strength);
        return request;
    }

    public static Wire.PreparePicture ToRequest(this Pipeline.Stages.PreparePicture picture) =>
        new() { Image = picture.Image.ToString(), Width = picture.Width, Height = picture.Height };

    /// <exception cref="FaultException">
    /// <see cref="FaultKind.NotFound"/>: the host has no such model. <see cref="FaultKind.BadModel"/>: it cannot use it.
    /// </exception>
    public static EngineCapabilities ToCapabilities(this DescribeResponse response, string? model, string host)
    {
        var found = model is null ? response.Models.FirstOrDefault() : response.Models.FirstOrDefault(m => m.Name == model);
        if (found is null)
        {
            var known = response.Models.Count > 0 ? $"it has {string.Join(", ", response.Models.Select(m => m.Name))}" : "it has none";
            throw new FaultException(FaultKind.NotFound, $"host {host} has no model{(model is null ? "" : $" '{model}'")}: {known}");
        }

        if (found.Fault.Length > 0)
            throw new FaultException(FaultKind.BadModel, $"host {host} cannot use model '{found.Name}': {found.Fault}");

        var most = response.Limits is { MaxPictures: > 0 and var limit } ? Math.Min(limit, MostPicturesOfOneCall) : MostPicturesOfOneCall;
        return new EngineCapabilities(
            found.Name,
            found.Digest,
            Math.Max(1, found.SizeMultiple),
            found.MinSize,
            found.MaxSize,
            found.DefaultWidth,
            found.DefaultHeight,
            found.MaxSteps,
            found.DefaultSteps,
            found.DefaultGuidance,
            [.. found.Schedulers],
            found.DefaultScheduler,
            found.EnhanceFactor,
            Math.Clamp(found.PreferredBatch, 1, most),
            found.ImageToImage)
        {
            Prompts = [.. found.Prompts],
        };
    }

    public static PictureResult ToResult(this FinishedPicture picture, PictureSpec spec, ArtifactRef artifact) =>
        new(spec.Index, artifact, picture.Seed, picture.Width, picture.Height, picture.Found);

    /// <summary>A host's ledger as spans of the caller's call.</summary>
    /// <param name="ledger">The ledger; null where the call did without one.</param>
    /// <param name="startMs">When the caller sent the call.</param>
    /// <param name="endMs">When it heard the end.</param>
    public static IReadOnlyList<StageSpan> ToSpans(this Wire.Ledger? ledger, double startMs, double endMs)
    {
        if (ledger is null)
            return [];
        // The host counts from when it heard the call: half of what the two ends differ by is taken for the way there.
        var way = double.IsNaN(ledger.TotalMs) ? 0 : Math.Clamp(endMs - startMs - ledger.TotalMs, 0, Math.Max(0, endMs - startMs));
        var heardMs = startMs + (way / 2);
        // A host's clock may run at another pace, and what it says is no part of a time in which the call was not made.
        double Within(double ms) => double.IsNaN(ms) ? heardMs : Math.Clamp(heardMs + ms, startMs, Math.Max(startMs, endMs));
        return
        [
            .. ledger.Spans.Where(s => ToStage(s.Stage) is not null)
                .Select(s => new StageSpan(ToStage(s.Stage)!.Value, Within(s.StartMs), Math.Max(Within(s.StartMs), Within(s.EndMs)))),
        ];
    }

    public static IReadOnlyList<TruncatedPrompt> ToTruncated(this Wire.Ledger? ledger) =>
        [.. ledger?.Truncated.Select(t => new TruncatedPrompt(t.Text, Math.Clamp(t.At, 0, t.Text.Length), t.Tokens, t.Limit)) ?? []];

    /// <summary>A reference that a host gave, held against the name that the same inputs and the same model always have.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadModel"/> or <see cref="FaultKind.Internal"/>: it is another's.</exception>
    public static ArtifactRef ToArtifact(string token, string name, EngineCapabilities model, string host) =>
        ToArtifact(token, [name], model, host);

    /// <inheritdoc cref="ToArtifact(string, string, EngineCapabilities, string)"/>
    public static ArtifactRef ToArtifact(string token, IReadOnlyList<string> names, EngineCapabilities model, string host)
    {
        if (!ArtifactRef.TryParse(token, out var artifact))
            throw Breach(host, "with something that is no artifact reference");
        if (!names.Contains(artifact.Name))
        {
            throw new FaultException(
                FaultKind.BadModel,
                $"host {host} answered with an artifact of another model than '{model.ModelName}' with digest {model.ModelDigest}: "
                + "give every host the same model files");
        }

        return artifact;
    }

    /// <summary>The fault of a host that does not keep to the contract.</summary>
    public static FaultException Breach(string host, string what) =>
        new(FaultKind.Internal, $"host {host} answered {what}: run the same release on every host");

    // A stage that a later release adds is overhead to this one.
    private static Pipeline.Stages.Stage? ToStage(Wire.Stage stage) => stage switch
    {
        Wire.Stage.Queue => Pipeline.Stages.Stage.Queue,
        Wire.Stage.Load => Pipeline.Stages.Stage.Load,
        Wire.Stage.Understand => Pipeline.Stages.Stage.Understand,
        Wire.Stage.Prepare => Pipeline.Stages.Stage.Prepare,
        Wire.Stage.Generate => Pipeline.Stages.Stage.Generate,
        Wire.Stage.Enhance => Pipeline.Stages.Stage.Enhance,
        Wire.Stage.Encode => Pipeline.Stages.Stage.Encode,
        Wire.Stage.Store => Pipeline.Stages.Stage.Store,
        _ => null,
    };

    private static Wire.OutputFormat Format(Pipeline.Requests.OutputFormat format) => format switch
    {
        Pipeline.Requests.OutputFormat.Png => Wire.OutputFormat.Png,
        Pipeline.Requests.OutputFormat.Jpeg => Wire.OutputFormat.Jpeg,
        Pipeline.Requests.OutputFormat.Webp => Wire.OutputFormat.Webp,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format"),
    };
}
