using Aigc.Api.OpenAi;
using Aigc.Api.OpenApi.Jobs;
using Aigc.Pipeline.Requests;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Images;

/// <summary>The parameters of OpenAI's routes, with <see cref="ImageParameters"/>' names.</summary>
internal static class ImageFields
{
    public const string Generation = "ImageGenerationRequest";
    public const string Edit = "ImageEditRequest";

    private const string Refused =
        "Parameters of OpenAI's that would not be honoured (style, mask and others) are refused, as unknown ones are.";

    private const string Degrade =
        "What may give way where there is no room or time for all of it, first to last, each once. "
        + "Left out: pictures are made as asked for, or the request fails.";

    public static IEnumerable<(string Name, OpenApiSchema Schema)> Schemas()
    {
        var generation = Shared(Object($"What is asked for: OpenAI's parameters, and this service's own. {Refused}"), json: true);
        yield return (Generation, generation.May("moderation", OfJson(true, Choice(
            "Nothing is moderated here, which is what `auto` comes to.", ["auto"], unset: "auto"))));
        yield return (Edit, EditForm());
    }

    private static OpenApiSchema EditForm()
    {
        var strength = Number("How much of the picture is made anew: above 0, and at 1 only its colours are left.", max: 1, unset: 0.8);
        strength.ExclusiveMinimum = "0";
        var edit = Shared(Object($"What is asked for, as a form: OpenAI's parameters, and this service's own. {Refused}"), json: false)
            .May("image", File($"The picture to start from: a PNG, JPEG or WebP file of at most {InputPicture.MaxBytes >> 20} MiB. "
                + "Its kind is told by its first bytes. It, or `image[]`, is required."))
            .May("image[]", File("Another name for `image`, which clients give a picture in a list. There is one picture at most."))
            .May("strength", strength)
            .May("input_fidelity", Choice("Only what the picture's strength says is kept, which is `low`.", ["low"], unset: "low"));
        edit.AnyOf = [Requires("image"), Requires("image[]")];
        return edit;
    }

    // A form has no null.
    private static OpenApiSchema OfJson(bool json, OpenApiSchema schema) => json ? schema.OrNull() : schema;

    private static OpenApiSchema Requires(string name) => new() { Required = new HashSet<string> { name } };

    private static OpenApiSchema Shared(OpenApiSchema schema, bool json)
    {
        OpenApiSchema Of(OpenApiSchema field) => OfJson(json, field);
        return schema.Closed()
            .Has("prompt", Text("What the pictures show, in at most 16384 UTF-16 units. Not blank.",
                min: 1, max: RequestValidator.MaxPromptLength, pattern: @"\S"))
            .May("model", Of(Text("The loaded model's name, as `GET /v1/models` has it. Left out: that one.").Like("tiny-shapes")))
            .May("n", Of(Whole("How many pictures.", 1, ImageParameters.MaxCount, unset: 1)))
            .May("size", Of(Text(
                "The size of the files answered, in pixels, as in `512x512`; `auto` is the model's own, enhanced where it can be.",
                unset: PictureSize.Auto, pattern: "^(auto|[0-9]{1,5}x[0-9]{1,5})$")))
            .May("response_format", Of(Choice(
                "How pictures are answered: in the JSON, or as URLs. Streams have them as `b64_json` alone.",
                ["b64_json", "url"], unset: "b64_json")))
            .May("output_format", Of(Choice(
                "The file format. Only PNG holds the settings, as `parameters` text.", ["png", "jpeg", "webp"], unset: "png")))
            .May("output_compression", Of(Whole(
                "Quality of JPEG and WebP, in percent: 100 is the best, whatever its name. Only with one of those formats.",
                0, 100, unset: ImageParameters.DefaultCompression)))
            .May("stream", Of(Flag("Whether pictures are answered as server-sent events.", unset: false)))
            .May("partial_images", Of(Whole(
                "The most partial pictures of each picture, sent as they are made. Above 0 only with `stream`.",
                0, ImageParameters.MaxPartialImages, unset: 0)))
            .May("quality", Of(Choice("Nothing is chosen by it: `num_inference_steps` decides.", ["auto", "standard"], unset: "auto")))
            .May("background", Of(Choice("Every picture fills its frame.", ["auto", "opaque"], unset: "auto")))
            .May("user", Of(Text("The caller's own user, of whom nothing is kept.")))
            .May("safety_identifier", Of(Text("The caller's own user, of whom nothing is kept.")))
            .May("negative_prompt", Of(Text(
                "What the pictures should not show; heeded where guidance is above 1. This service's own.",
                unset: "", max: RequestValidator.MaxPromptLength)))
            .May("seed", Of(Whole(
                "The seed of the first picture's noise; picture i has `seed` + i. Left out: drawn. This service's own.",
                0, RequestValidator.MaxSeed)))
            .May("num_inference_steps", Of(Whole(
                "Denoising steps, at most as many as the model's schedule allows. Left out: as the model has it. This service's own.",
                1,
                1000)))
            .May("degrade", json
                ? List($"{Degrade} This service's own.", JobSchemas.Concession("What")).OrNull()
                : Text($"{Degrade} With commas between them. This service's own.").Like("enhance,steps"))
            .May("guidance_scale", Of(Number(
                "Classifier-free guidance scale. Left out: as the model has it. This service's own.", 0, RequestValidator.MaxGuidance)));
    }
}
