using Aigc.Api.Generations;
using Aigc.Api.Models;
using Aigc.Api.OpenApi.Jobs;
using Aigc.Pipeline.Requests;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Service;

/// <summary>What the loaded model takes.</summary>
internal static class ModelOperation
{
    /// <summary>The model and the hosts: what is there to make pictures with.</summary>
    public const string Tag = "Service";

    /// <summary>The schema, with <see cref="ModelAnswer"/>'s fields.</summary>
    public const string Schema = "LoadedModel";

    private const string Example = """
        {"name":"tiny-shapes","digest":"c1d5a9b0e7f24c3d8a6b9e0f1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5e4","sizeMultiple":8,"minSize":64,
        "maxSize":2048,"defaultWidth":128,"defaultHeight":128,"maxSteps":999,"defaultSteps":20,"maxGuidance":30,"defaultGuidance":2,
        "schedulers":["ddim","pndm","euler","euler_ancestral","dpmpp_2m","dpmpp_2m_karras","lcm"],"defaultScheduler":"ddim",
        "enhanceFactor":4,"imageToImage":true,"defaultStrength":0.8,"maxN":64,"prompts":["three green stars on a black background"]}
        """;

    public static ApiOperation Of() => new(HttpMethod.Get, GenerationRoutes.Model, new OpenApiOperation
    {
        OperationId = "getLoadedModel",
        Summary = "Look at what the model takes",
        Description = "The limits of requests to the loaded model, and what it takes for what they leave out. "
            + "Where no host says within 5 seconds, the answer is 503.",
        Responses = Answered.Of(
            (200, Answered.With("The loaded model.", Ref(Schema), Example).Has("Cache-Control", JobOperations.NoStore())))
            .And(Refusals.Native.Common(stages: true)),
    });

    public static IEnumerable<(string Name, OpenApiSchema Schema)> Schemas()
    {
        yield return (Schema, Object("The loaded model: what a request may ask for, and what it gets where it is silent.")
            .Has("name", Text("Its name, for people."))
            .Has("digest", Text("The SHA-256 of the files that decide a picture.", pattern: "^[0-9a-f]{64}$"))
            .Has("sizeMultiple", Whole("Width and height are multiples of this many pixels.", min: 1))
            .Has("minSize", Whole("The smallest width and height before enhancement, in pixels.", min: 1))
            .Has("maxSize", Whole("The largest width and height before enhancement, in pixels.", min: 1))
            .Has("defaultWidth", Whole("The width where a request names none, in pixels.", min: 1))
            .Has("defaultHeight", Whole("The height where a request names none, in pixels.", min: 1))
            .Has("maxSteps", Whole("The most denoising steps.", min: 1))
            .Has("defaultSteps", Whole("Denoising steps where a request names none.", min: 1))
            .Has("maxGuidance", Number("The largest guidance scale; the smallest is 0.", min: 0))
            .Has("defaultGuidance", Number("The guidance scale where a request names none.", min: 0, max: RequestValidator.MaxGuidance))
            .Has("schedulers", List("The schedulers that a request may name.", Text("A scheduler's name.")))
            .Has("defaultScheduler", Text("The scheduler where a request names none."))
            .Has("enhanceFactor", Whole("How many times wider and higher enhancing makes a picture; 0 where the model cannot.", min: 0))
            .Has("imageToImage", Flag("Whether a request may start from a picture."))
            .Has("defaultStrength", Number("How much of that picture is made anew where a request does not say.", min: 0, max: 1))
            .Has("maxN", Whole("The most pictures of one request.", min: 1))
            .Has("prompts", List("Prompts that the model draws well; none where it comes without.", Text("A prompt."))));
    }
}
