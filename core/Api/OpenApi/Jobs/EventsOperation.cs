using System.Text.Json.Nodes;
using Aigc.Api.Generations;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Asked;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Jobs;

/// <summary>How a job is followed.</summary>
internal static class EventsOperation
{
    public const string Event = "JobEvent";
    public const string Summary = "JobSummary";

    private const string IdExample = "1.20-8-0-1-0...0-8";

    // One shape for each event, told apart by its name.
    private static readonly (string Name, string Shape, string Data, string Example, string What)[] _events =
    [
        ("status", "StatusEvent", Summary, JobExamples.Summary, "News of the job's progress, ten times a second at most."),
        ("preview", "PreviewEvent", JobSchemas.Preview, JobExamples.Preview, "A picture part of the way through its denoising."),
        ("base", "BaseEvent", JobSchemas.Base, JobExamples.Base, "A generated picture that is still to be enhanced."),
        ("picture", "PictureEvent", JobSchemas.Picture, JobExamples.Picture, "A finished picture."),
        ("done", "DoneEvent", JobSchemas.Job, JobExamples.Completed, "The job has ended, one way or another. It is the last event."),
    ];

    public static IEnumerable<(string Name, OpenApiSchema Schema)> Schemas()
    {
        yield return (Summary, JobSchemas.Summary(Object("A job without its pictures, and without what was asked for.")));
        foreach (var (name, shape, data, _, what) in _events)
        {
            yield return (shape, Object(what)
                .Has("event", Word("The event's name.", name))
                .Has("id", Text("All that the caller has been told with this event, for `Last-Event-ID`.").Like(IdExample))
                .Has("data", Ref(data, "What it tells, as JSON on one line.")));
        }

        yield return ("FaultEvent", Object("The job can no longer be followed. Connecting again may mend it.")
            .Has("event", Word("The event's name.", "fault"))
            .Has("data", Ref(Refusals.Problem, "Why, as JSON on one line.")));
        yield return (Event, new OpenApiSchema
        {
            Description = "One event of the stream, its lines as fields.",
            OneOf = [.. _events.Select(one => Ref(one.Shape)), Ref("FaultEvent")],
        });
    }

    public static ApiOperation Of() => new(HttpMethod.Get, GenerationRoutes.Events, new OpenApiOperation
    {
        OperationId = "followGeneration",
        Summary = "Follow a job",
        Description = "Server-sent events until the job's end, as browsers' `EventSource` reads them: first what has come about so far, "
            + "then news as there is some, and after 15 seconds without any a comment. A job goes on whether or not anybody follows it.",
        Parameters =
        [
            JobOperations.Id(),
            InHeader("Last-Event-ID", Text(
                "The `id` of the last event that was received: the stream goes on from there, also after a restart of the service. "
                + "One that cannot be read is taken for none.").Like(IdExample)),
        ],
        Responses = Answered.Of(
            (200, Answered.Empty("The stream. The schema and the examples are of single events, with the `data` of each as JSON.")
                .And("text/event-stream", Ref(Event), [.. _events.Select(one => (one.Name, (JsonNode)Example(one.Name, one.Example)))])
                .Has("Cache-Control", JobOperations.NoStore())
                .Has("X-Accel-Buffering", Word("Proxies must not gather it.", "no"))),
            (204, Answered.Empty("`Last-Event-ID` was that of `done`: there is no more to come, and a browser does not connect again.")),
            (404, JobOperations.NotFound())).And(Refusals.Native.Common()),
    });

    private static JsonObject Example(string name, string data) =>
        new() { ["event"] = name, ["id"] = name == "done" ? "1.done" : IdExample, ["data"] = JsonNode.Parse(data) };
}
