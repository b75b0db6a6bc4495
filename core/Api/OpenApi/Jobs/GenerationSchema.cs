using Aigc.Api.Generations;
using Aigc.Pipeline.Requests;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Jobs;

/// <summary>The body by which a job is started, with <see cref="GenerationBody"/>'s fields.</summary>
internal static class GenerationSchema
{
    public const string Name = "GenerationRequest";

    public static OpenApiSchema Of() => Object(
        "What is asked for. All but `prompt` may be left out, and then is as the model has it or as said here; a field that is unknown is "
        + $"refused. At most {GenerationBody.MaxBytes >> 10} KiB.").Closed()
        .Has("prompt", Text(
            "What the pictures show, in at most 16384 UTF-16 units. Not blank.",
            min: 1,
            max: RequestValidator.MaxPromptLength,
            pattern: @"\S"))
        .May("negativePrompt", Text(
            "What they should not show; heeded where guidance is above 1.", unset: "", max: RequestValidator.MaxPromptLength))
        .May("n", Whole("How many pictures; picture i has seed `seed` + i.", 1, RequestValidator.MaxCount, unset: 1))
        .May("width", Size("Width"))
        .May("height", Size("Height"))
        .May("steps", Whole(
            "Denoising steps, at most as many as the model's schedule allows. More is slower; pictures change little above 30. "
            + "Left out: as the model has it.", 1, 1000).OrNull())
        .May("guidance", Number(
            "Classifier-free guidance scale. At 1 or below the negative prompt is not heeded and a step costs half. "
            + "Left out: as the model has it.", 0, RequestValidator.MaxGuidance).OrNull())
        .May("seed", Whole(
            "The seed of the first picture's noise. Left out: drawn, and told in the job.", 0, RequestValidator.MaxSeed).OrNull())
        .May("scheduler", Text("The scheduler's name, as in `ddim` or `euler`; a wrong one is answered with those that the model has. "
            + "Left out: as the model has it.").OrNull().Like("ddim"))
        .May("enhance", Flag("Whether the pictures go through super-resolution. Left out: where the model has it.").OrNull())
        .May("image", Text(
            "The picture to start from, image to image: the reference that `POST /api/artifacts` or a picture's field `picture` gave, of a "
            + "PNG, JPEG or WebP file. Left out: pictures start from noise.", pattern: JobSchemas.ReferencePattern).OrNull())
        .May("strength", Strength())
        .May("format", Choice("The file format. Only PNG holds the settings, as `parameters` text.", ["png", "jpeg", "webp"], unset: "png"))
        .May("quality", Whole("Quality of JPEG and WebP; WebP is lossless at 100. Not heeded for PNG.", 1, 100, unset: 90))
        .May("plan", Choice(
            "How the chain of stages is cut into calls: `fused` in one, `split` so that pictures can be looked at before they are "
            + "enhanced, `staged` in one for each stage. Left out: the service chooses.", JobSchemas.Plans).OrNull())
        .May("degrade", List(
            "What may give way where there is no room or time for all of it, first to last, each once: one at a time, until there is. What "
            + "is no way round the fault at hand is passed over. Pictures say what did in `degraded`. "
            + "Left out: they are made as asked for, or fail.", JobSchemas.Concession("What")).OrNull())
        .May("previews", Whole(
            "A preview after every so many denoising steps of a picture; 0 for none. Each costs a decoding, and changes no picture.",
            0, RequestValidator.MaxPreviewEvery, unset: 0));

    private static OpenApiSchema Size(string which)
    {
        var size = Whole(
            $"{which} before enhancement, in pixels: a multiple of 8, within what the model takes. Left out: as the model has it.",
            min: 8).OrNull();
        size.MultipleOf = 8;
        return size;
    }

    private static OpenApiSchema Strength()
    {
        var strength = Number(
            "How much of `image` is made anew: above 0, and at 1 little but its colours is left. Only beside `image`. Left out: 0.8.",
            max: 1).OrNull();
        strength.ExclusiveMinimum = "0";
        return strength;
    }
}
