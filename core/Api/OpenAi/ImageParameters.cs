using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.OpenAi;

/// <summary>The parameters of a generation or an edit, as OpenAI's reference and this service's own additions have them.</summary>
/// <param name="Request">What is asked of the pipeline; without the input picture of an edit.</param>
/// <param name="AsUrl">Whether pictures are answered as URLs rather than as base64.</param>
/// <param name="Stream">Whether they are answered as events.</param>
/// <param name="PartialImages">The most partial pictures of each picture, 0 to 3.</param>
/// <param name="Steps">Denoising steps of each picture.</param>
internal sealed record ImageParameters(GenerationRequest Request, bool AsUrl, bool Stream, int PartialImages, int Steps)
{
    /// <summary>The most pictures of one request, as OpenAI has it.</summary>
    public const int MaxCount = 10;

    /// <summary>The most partial pictures of each picture, as OpenAI has it.</summary>
    public const int MaxPartialImages = 3;

    /// <summary>OpenAI's default: what it calls 100 is the least compression, and so the best quality.</summary>
    public const int DefaultCompression = 100;

    private const int MaxShownLength = 80;

    /// <summary>What may give way, first to last; null for nothing.</summary>
    public IReadOnlyList<Concession>? Degrade { get; private init; }

    // OpenAI has them, and nothing here would heed them.
    private static readonly string[] _refused = ["style", "mask", "markup", "svg", "complexity", "frame_count", "frame_duration_ms"];

    /// <summary>The job, with previews spread over its steps where partial pictures are wanted.</summary>
    /// <param name="image">The input picture of an edit; null for none.</param>
    public GenerationJob ToJob(ArtifactRef? image = null) => new([Request with { Image = image }])
    {
        Degrade = Degrade,
        PreviewEverySteps = PartialImages == 0 ? 0 : (Steps + PartialImages) / (PartialImages + 1),
    };

    /// <summary>Reads all of them.</summary>
    /// <param name="reader">The parameters, none of them read yet but the picture of an edit.</param>
    /// <param name="capabilities">What the loaded model can do.</param>
    /// <param name="edit">Whether they are those of an edit.</param>
    /// <exception cref="ParameterException">Some are wrong, or would not be honoured; or there is no such model.</exception>
    public static ImageParameters Read(ParameterReader reader, EngineCapabilities capabilities, bool edit)
    {
        var model = reader.Text("model");
        var stream = reader.Flag("stream") ?? false;
        var partialImages = (int)(reader.Whole("partial_images", 0, MaxPartialImages) ?? 0);
        if (partialImages > 0 && !stream)
            reader.Fault(FaultCodes.UnsupportedParameter, "partial_images", "needs 'stream' to be true");
        var asUrl = reader.Choice("response_format", ["b64_json", "url"]) == "url";
        if (asUrl && stream)
            reader.Fault(FaultCodes.UnsupportedParameter, "response_format", "is 'url': events have pictures as b64_json alone");
        ReadNeutral(reader, edit);
        reader.Refuse(_refused);
        var request = ReadRequest(reader, capabilities, edit);
        var degrade = ReadDegrade(reader, capabilities, partialImages);
        reader.ThrowIfFaulty();
        if (model is not null && model != capabilities.ModelName)
            throw NoModel(model);
        return new ImageParameters(request, asUrl, stream, partialImages, request.Steps ?? capabilities.DefaultSteps) { Degrade = degrade };
    }

    /// <summary>There is no such model.</summary>
    public static ParameterException NoModel(string model) => new(
        FaultCodes.ModelNotFound,
        "model",
        $"The model '{Cut.To(MaxShownLength, model)}' does not exist here: GET /v1/models says which do.",
        status: 404);

    // Those that change nothing here, so that asking for the default is honoured and asking for more would not be.
    private static void ReadNeutral(ParameterReader reader, bool edit)
    {
        reader.Choice("quality", ["auto", "standard"], "low", "medium", "high", "xhigh", "max", "hd");
        reader.Choice("background", ["auto", "opaque"], "transparent");
        if (edit)
            reader.Choice("input_fidelity", ["low"], "high");
        else
            reader.Choice("moderation", ["auto"], "low");
        // They name the caller's own user, of whom nothing is kept.
        reader.Text("user");
        reader.Text("safety_identifier");
    }

    private static GenerationRequest ReadRequest(ParameterReader reader, EngineCapabilities capabilities, bool edit)
    {
        var size = ReadSize(reader, capabilities);
        var format = Format(reader);
        var request = new GenerationRequest
        {
            Prompt = "-",
            Count = (int)(reader.Whole("n", 1, MaxCount) ?? 1),
            Width = size.Width,
            Height = size.Height,
            Enhance = size.Enhance,
            Format = format,
            Quality = Quality(reader, format),
        };
        var draft = new RequestDraft(reader, capabilities, request);
        var prompt = reader.Text("prompt");
        if (prompt is null && !reader.Faulty("prompt"))
            reader.Fault(FaultCodes.MissingParameter, "prompt", "is required");
        draft.Set("prompt", prompt, static (r, text) => r with { Prompt = text });
        draft.Set("negative_prompt", reader.Text("negative_prompt"), static (r, text) => r with { NegativePrompt = text });
        draft.Set("seed", reader.Whole("seed", 0, long.MaxValue), static (r, seed) => r with { Seed = seed });
        draft.Set(
            "num_inference_steps",
            reader.Whole("num_inference_steps", 1, int.MaxValue),
            static (r, steps) => r with { Steps = (int)steps });
        draft.Set("guidance_scale", reader.Number("guidance_scale"), static (r, scale) => r with { Guidance = scale });
        return edit ? ReadStrength(reader, draft.Request) : draft.Request;
    }

    // The pipeline takes a strength only beside a picture, which is stored once all else is known to be right.
    private static GenerationRequest ReadStrength(ParameterReader reader, GenerationRequest request)
    {
        if (reader.Number("strength") is not { } strength)
            return request;
        if (!(strength > 0 && strength <= 1))
            reader.Fault(FaultCodes.InvalidValue, "strength", "is not above 0 and at most 1");
        return request with { Strength = strength };
    }

    private static Concession[]? ReadDegrade(ParameterReader reader, EngineCapabilities capabilities, int partialImages)
    {
        if (reader.List("degrade") is not { } words)
            return null;
        foreach (var word in words.Where(word => Concessions.Find(word) is null))
        {
            var what = $"names '{Cut.To(MaxShownLength, word)}': this service takes {Concessions.Words}";
            reader.Fault(FaultCodes.InvalidValue, "degrade", what);
        }

        Concession[] degrade = [.. words.Select(Concessions.Find).OfType<Concession>()];
        if (degrade.Contains(Concession.Size) && partialImages > 0)
        {
            reader.Fault(
                FaultCodes.UnsupportedParameter,
                "degrade",
                "names 'size' beside 'partial_images': partial pictures would be of another size than their events say");
        }

        if (RequestValidator.DegradeFaults(degrade, capabilities) is { Count: > 0 } faults)
            reader.Fault(FaultCodes.InvalidValue, "degrade", $"is refused: {string.Join("; ", faults)}");
        return degrade;
    }

    private static PictureSize ReadSize(ParameterReader reader, EngineCapabilities capabilities)
    {
        var text = reader.Text("size") ?? PictureSize.Auto;
        if (PictureSize.Find(text, capabilities, out var fault) is { } size)
            return size;
        reader.Fault(FaultCodes.InvalidValue, "size", fault);
        return PictureSize.Find(PictureSize.Auto, capabilities, out _)!;
    }

    private static OutputFormat Format(ParameterReader reader)
    {
        var word = reader.Choice("output_format", ["png", "jpeg", "webp"], "gif", "svg");
        return word is null ? OutputFormat.Png : Enum.GetValues<OutputFormat>().First(format => Words.Format(format) == word);
    }

    private static int Quality(ParameterReader reader, OutputFormat format)
    {
        var compression = (int)(reader.Whole("output_compression", 0, 100) ?? DefaultCompression);
        if (format == OutputFormat.Png && compression != DefaultCompression)
            reader.Fault(FaultCodes.UnsupportedParameter, "output_compression", "needs 'output_format' to be jpeg or webp: png has none");
        // The encoders' scale begins at 1.
        return Math.Max(1, compression);
    }
}
