using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.Generations;

/// <summary>The body of a request for pictures. Every field but the prompt may be left out; one that is unknown is refused.</summary>
internal sealed record GenerationBody
{
    /// <summary>The longest body, in bytes: both texts at their longest, every character escaped.</summary>
    public const int MaxBytes = 256 << 10;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public required string Prompt { get; init; }

    public string NegativePrompt { get; init; } = "";

    public int N { get; init; } = 1;

    public int? Width { get; init; }

    public int? Height { get; init; }

    public int? Steps { get; init; }

    public float? Guidance { get; init; }

    public long? Seed { get; init; }

    public string? Scheduler { get; init; }

    public bool? Enhance { get; init; }

    public ArtifactRef? Image { get; init; }

    public float? Strength { get; init; }

    public OutputFormat Format { get; init; }

    public int Quality { get; init; } = 90;

    public ChainPlan? Plan { get; init; }

    /// <summary>What may give way, first to last; null for nothing.</summary>
    public IReadOnlyList<Concession>? Degrade { get; init; }

    /// <summary>A preview after every so many denoising steps of a picture; 0 for none.</summary>
    public int Previews { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>, as <see cref="BodyReader"/> says.</exception>
    public static Task<GenerationBody> ReadAsync(Stream body, CancellationToken cancellationToken) =>
        BodyReader.ReadAsync<GenerationBody>(body, MaxBytes, _json, cancellationToken);

    public GenerationJob ToJob() => new(
        [
            new GenerationRequest
            {
                Prompt = Prompt,
                NegativePrompt = NegativePrompt,
                Count = N,
                Width = Width,
                Height = Height,
                Steps = Steps,
                Guidance = Guidance,
                Seed = Seed,
                Scheduler = Scheduler,
                Enhance = Enhance,
                Image = Image,
                Strength = Strength,
                Format = Format,
                Quality = Quality,
            },
        ],
        Plan)
    {
        PreviewEverySteps = Previews,
        Degrade = Degrade,
    };
}
