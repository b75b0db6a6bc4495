using System.Globalization;
using System.Text.Json.Nodes;
using Aigc.Api.Generations;
using Aigc.Api.OpenAi;
using Aigc.Pipeline.Requests;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Asked;

namespace Aigc.Api.OpenApi.Images;

/// <summary>OpenAI's Images API.</summary>
internal static class ImageOperations
{
    public const string Tag = "Images";

    // The picture, and its form around it.
    private const int MaxEditBytes = InputPicture.MaxBytes + (1 << 20);

    private const string Answer = """
        {"created":1795640400,"background":"opaque","output_format":"png","size":"512x512","data":[{"b64_json":"iVBORw0KGgo="}]}
        """;

    private const string Urls = """
        {"created":1795640400,"background":"opaque","output_format":"png","size":"512x512",
        "data":[{"url":"http://127.0.0.1:7071/api/artifacts/pictures/3f1d.png"}]}
        """;

    private const string Leaving = "A client that leaves before its answer is whole cancels them, unless it sent an `Idempotency-Key`.";

    private const string KeyText =
        "Names the job, so that there is one of this key however often it is sent: it goes on when its client leaves, the same request "
        + "again is answered with the same pictures, and another request with 409.";

    private static Refusals Refused => Refusals.OpenAi;

    public static IEnumerable<ApiOperation> All()
    {
        yield return new(HttpMethod.Post, OpenAiRoutes.Generations, new OpenApiOperation
        {
            OperationId = "generateImages",
            Summary = "Generate pictures",
            Description = $"Waits for the pictures, or streams them. {Leaving}",
            Parameters = [Key(KeyText)],
            RequestBody = Body(
                $"The pictures asked for, at most {GenerationBody.MaxBytes >> 10} KiB of JSON, whatever type it is said to be.",
                "application/json",
                Fields.Ref(ImageFields.Generation),
                ("prompt", """{"prompt":"a red circle"}"""),
                ("settings", """
                    {"model":"tiny-shapes","prompt":"three green stars on a black background","n":2,"size":"128x128",
                    "response_format":"url","output_format":"webp","output_compression":80,"quality":"auto","background":"opaque",
                    "moderation":"auto","user":"u-17","negative_prompt":"blue","seed":7,"num_inference_steps":12,"guidance_scale":2}
                    """),
                ("stream", """{"prompt":"a large yellow heart","stream":true,"partial_images":2}""")),
            Responses = Pictures("image_generation", ImageSchemas.GenerationEvent, TooLong(
                $"`too_large`: the body is longer than {GenerationBody.MaxBytes >> 10} KiB.",
                string.Create(CultureInfo.InvariantCulture, $"the body is longer than {GenerationBody.MaxBytes} bytes"))),
        });
        yield return new(HttpMethod.Post, OpenAiRoutes.Edits, new OpenApiOperation
        {
            OperationId = "editImage",
            Summary = "Generate pictures that start from a picture",
            Description = $"Image to image. Waits for the pictures, or streams them. {Leaving}",
            Parameters = [Key(KeyText)],
            RequestBody = Body(
                "The picture, and what is asked for.",
                "multipart/form-data",
                Fields.Ref(ImageFields.Edit),
                ("strength", """
                    {"image":"(the bytes of square.png)","prompt":"a large yellow heart","strength":0.6,"output_format":"jpeg",
                    "output_compression":90,"seed":7}
                    """)),
            Responses = Pictures("image_edit", ImageSchemas.EditEvent, TooLong(
                $"`too_large`: the body is longer than {MaxEditBytes >> 20} MiB.",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Request body too large. The max request body size is {MaxEditBytes} bytes."))),
        });
        yield return new(HttpMethod.Get, OpenAiRoutes.Models, new OpenApiOperation
        {
            OperationId = "listModels",
            Summary = "List models",
            Description = "What is loaded: one model.",
            Responses = Answered.Of((200, Answered.With(
                "The models.", Fields.Ref(ImageSchemas.Models), $$"""{"object":"list","data":[{{Model}}]}""")))
                .And(Refused.Common(stages: true)),
        });
        yield return new(HttpMethod.Get, OpenAiRoutes.Model, new OpenApiOperation
        {
            OperationId = "getModel",
            Summary = "Look at a model",
            Description = "The loaded one, by its name.",
            Parameters = [InPath("id", Fields.Text("The model's name.", min: 1).Like("tiny-shapes"))],
            Responses = Answered.Of(
                (200, Answered.With("The model.", Fields.Ref(ImageSchemas.Model), Model)),
                (404, NoModel())).And(Refused.Common(stages: true)),
        });
    }

    private const string Model = """{"id":"tiny-shapes","object":"model","created":0,"owned_by":"aigc-functions"}""";

    private static OpenApiResponse NoModel() => Refused.One(
        404,
        "`model_not_found`: there is no model of this name.",
        "model_not_found",
        "The model 'dall-e-3' does not exist here: GET /v1/models says which do.",
        "model");

    private static OpenApiResponse TooLong(string description, string message) => Refused.One(413, description, "too_large", message);

    private static OpenApiResponses Pictures(string prefix, string events, OpenApiResponse tooLong) => Answered.Of(
        (200, Answered.Empty("The pictures; with `stream`, as events, each with its `type` as its name and JSON on one line as its data.")
            .And(
                "application/json",
                Fields.Ref(ImageSchemas.Pictures),
                ("b64_json", JsonNode.Parse(Answer)!),
                ("url", JsonNode.Parse(Urls)!))
            .And(
                "text/event-stream",
                Fields.Ref(events),
                ("partial", Partial($"{prefix}.partial_image")),
                ("completed", Completed($"{prefix}.completed")))
            .May("Cache-Control", Fields.Word("A stream is not kept.", "no-cache"))
            .May("X-Accel-Buffering", Fields.Word("Proxies must not gather a stream.", "no"))),
        (400, Refused.One(
            400,
            "`missing_required_parameter`, `invalid_type`, `invalid_value`, `unknown_parameter`; `unsupported_parameter`: OpenAI has it, "
            + "and it would not be honoured; `invalid_request`: the body cannot be read, or the `Idempotency-Key` is not legal. "
            + "The message has all faults, `param` the first.",
            "invalid_value",
            "Parameter 'n' is 0, which is not between 1 and 10.",
            "n")),
        (404, NoModel()),
        (409, Refused.One(
            409,
            "`cancelled`: somebody cancelled the job; `idempotency_conflict`: the key was used for another request. "
            + "Trying again is of no use.",
            "cancelled",
            "the job was cancelled")
            .Has("x-should-retry", Fields.Word("For clients that take a 409 for a lock.", "false"))),
        (413, tooLong),
        (507, Refused.One(507, "`out_of_space`: the store has no room left.", "out_of_space", "the store has no room left")))
        .And(Refused.Common(stages: true));

    private static JsonNode Partial(string type) => JsonNode.Parse($$"""
        {"type":"{{type}}","b64_json":"UklGRg==","created_at":1795640400,"size":"128x128","quality":"auto","background":"opaque",
        "output_format":"webp","partial_image_index":0}
        """)!;

    private static JsonNode Completed(string type) => JsonNode.Parse($$"""
        {"type":"{{type}}","b64_json":"iVBORw0KGgo=","created_at":1795640401,"size":"512x512","quality":"auto","background":"opaque",
        "output_format":"png","usage":{"total_tokens":0,"input_tokens":0,"output_tokens":0,
        "input_tokens_details":{"text_tokens":0,"image_tokens":0} } }
        """)!;
}
