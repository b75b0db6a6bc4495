using Aigc.Api.OpenApi.Jobs;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Images;

/// <summary>What OpenAI's routes answer.</summary>
internal static class ImageSchemas
{
    public const string Pictures = "Images";
    public const string Model = "Model";
    public const string Models = "ModelList";
    public const string GenerationEvent = "ImageGenerationEvent";
    public const string EditEvent = "ImageEditEvent";
    public const string ErrorEvent = "ErrorEvent";

    private const string Formats = "The format of the bytes.";

    public static IEnumerable<(string Name, OpenApiSchema Schema)> All()
    {
        var picture = Object("A picture: one of the two, as `response_format` has it.")
            .May("b64_json", Base64("The file."))
            .May("url", Text(
                "Where the file is fetched: on this host with the same key, or at the store without one and for some minutes.",
                format: "uri"))
            .May("degraded", GaveWay());
        yield return (Pictures, Object("Finished pictures.")
            .Has("created", Seconds())
            .Has("background", Background())
            .Has("output_format", Format("The format of the files."))
            .Has("size", Size("The size of the files"))
            .Has("data", List("The pictures, `n` of them.", picture)));
        yield return (Model, Object("A model.")
            .Has("id", Text("Its name, for `model`."))
            .Has("object", Word("What this is.", "model"))
            .Has("created", Whole("Always 0: when a model was made is nowhere written.", 0, 0))
            .Has("owned_by", Word("Who serves it.", "aigc-functions")));
        yield return (Models, Object("What is loaded.")
            .Has("object", Word("What this is.", "list"))
            .Has("data", List("The models.", Ref(Model))));
        foreach (var (prefix, shape, any) in ((string, string, string)[])
            [("image_generation", "ImageGeneration", GenerationEvent), ("image_edit", "ImageEdit", EditEvent)])
        {
            yield return ($"{shape}PartialImage", Partial($"{prefix}.partial_image"));
            yield return ($"{shape}Completed", Completed($"{prefix}.completed"));
            yield return (any, new OpenApiSchema
            {
                Description = "The data of one event, whose name is its `type`.",
                OneOf = [Ref($"{shape}PartialImage"), Ref($"{shape}Completed"), Ref(ErrorEvent)],
            });
        }

        yield return (ErrorEvent, Object("The pictures left could not be made. It is the last event.")
            .Has("type", Word("The event's name.", "error"))
            .Has("error", Ref(Refusals.ErrorBody, "What is wrong.")));
    }

    private static OpenApiSchema Partial(string type) => Event("A picture part of the way through its denoising.", type)
        .Has("output_format", Word($"{Formats} Partial pictures are WebP, whatever was asked for.", "webp"))
        .Has("size", Size("The size of the bytes, before enhancement"))
        .Has("partial_image_index", Whole("How many partial pictures of this picture were sent before.", min: 0, max: 2));

    private static OpenApiSchema Completed(string type) => Event("A finished picture.", type)
        .Has("output_format", Format(Formats))
        .Has("size", Size("The size of the file"))
        .Has("usage", Usage())
        .May("degraded", GaveWay());

    private static OpenApiSchema Event(string description, string type) => Object(description)
        .Has("type", Word("The event's name.", type))
        .Has("b64_json", Base64("The bytes."))
        .Has("created_at", Seconds())
        .Has("quality", Word("Nothing is chosen by quality.", "auto"))
        .Has("background", Background())
        .May("image_index", Whole("Which of several pictures it is, from 0. Left out where there is one.", min: 0));

    private static OpenApiSchema GaveWay() => List(
        "What of it gave way, in that order; left out where it is as it was asked for. This service's own.", Ref(JobSchemas.Degradation));

    private static OpenApiSchema Usage()
    {
        OpenApiSchema None(string of) => Whole($"Always 0: {of} are not metered.", 0, 0);
        return Object("What clients of OpenAI's read; nothing is metered here.")
            .Has("total_tokens", None("tokens"))
            .Has("input_tokens", None("tokens"))
            .Has("output_tokens", None("tokens"))
            .Has("input_tokens_details", Object("Their kinds.").Has("text_tokens", None("texts")).Has("image_tokens", None("pictures")));
    }

    private static OpenApiSchema Seconds() => Whole("When, in seconds since 1970.", 0, long.MaxValue);

    private static OpenApiSchema Background() => Word("Every picture fills its frame.", "opaque");

    private static OpenApiSchema Format(string description) => Choice(description, ["png", "jpeg", "webp"]);

    private static OpenApiSchema Size(string what) => Text($"{what}, in pixels.", pattern: "^[0-9]+x[0-9]+$");
}
