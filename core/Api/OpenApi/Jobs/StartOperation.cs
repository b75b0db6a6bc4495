using System.Globalization;
using Aigc.Api.Generations;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Asked;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Jobs;

/// <summary>How a job is started.</summary>
internal static class StartOperation
{
    private static Refusals Refused => Refusals.Native;

    public static ApiOperation Of() => new(HttpMethod.Post, GenerationRoutes.Generations, new OpenApiOperation
    {
        OperationId = "startGeneration",
        Summary = "Start a job",
        Description = "Answers at once with where to ask for it, or with the finished job where it is done within `wait` seconds. "
            + "The job goes on whether or not anybody waits for it.",
        Parameters =
        [
            InQuery("wait", Whole("How long to wait for the job's end, in seconds.", 0, GenerationsApi.MaxWaitSeconds, unset: 0).Like(60)),
            Key("Names the job, so that there is one of this key however often it is sent: the same request again is answered with the "
                + "same job, another request with 409."),
        ],
        RequestBody = Body(
            "The pictures asked for. A body of no type is taken for JSON.",
            "application/json",
            Ref(GenerationSchema.Name),
            ("prompt", """{"prompt":"a red circle"}"""),
            ("settings", """
                {"prompt":"three green stars on a black background","negativePrompt":"blue","n":2,"width":128,"height":128,"steps":12,
                "guidance":2,"seed":7,"scheduler":"euler","enhance":false,"format":"webp","quality":80,"plan":"fused",
                "degrade":["steps","size"],"previews":4}
                """),
            ("imageToImage", """
                {"prompt":"a large yellow heart","strength":0.6,
                "image":"artifact:v1:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef:5021:uploads/5f70.png:image/png"}
                """)),
        Responses = Answered.Of(
            (200, Answered.With(
                "The job has ended: within `wait`, or long ago under the same key.", Ref(JobSchemas.Job), JobExamples.Completed)
                .Has("Cache-Control", JobOperations.NoStore()).May("Server-Timing", JobOperations.ServerTiming())),
            (202, Answered.With("The job is under way.", Ref(JobSchemas.Accepted), $$"""{"id":"{{JobSchemas.IdExample}}"}""")
                .Has("Location", Text("Where to ask for it: a path on this host.", format: "uri-reference"))
                .Has("Retry-After", Whole("When to ask, in seconds.", min: 1))),
            (400, Refused.One(400, "`bad_request`: the body, its chunks, a parameter or a header is wrong; all faults are told.",
                "bad_request",
                "width 500 is not a multiple of 8: the nearest is 504; steps 0 is below 1")),
            (409, Refused.One(409, "`idempotency_conflict`: the key was used for another request.", "idempotency_conflict",
                "this Idempotency-Key was used for another request: send the same request, or another key")),
            (413, Refused.One(413, $"`too_large`: the body is longer than {GenerationBody.MaxBytes >> 10} KiB.", "too_large",
                string.Create(CultureInfo.InvariantCulture, $"the body is longer than {GenerationBody.MaxBytes} bytes"))),
            (415, Refused.One(415, "`unsupported_media_type`: the body's type is not JSON.", "unsupported_media_type",
                "the body's type is not JSON: send it as Content-Type: application/json")),
            (507, Refused.One(507, "`out_of_space`: the store has no room left.", "out_of_space", "the store has no room left")))
            .And(Refused.Common(stages: true)),
    });
}
