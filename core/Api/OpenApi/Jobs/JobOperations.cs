using Aigc.Api.Generations;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Asked;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Jobs;

/// <summary>What can be done with jobs once they are started.</summary>
internal static class JobOperations
{
    public const string Tag = "Generations";

    private const string NoJob = "there is no such job";

    private static Refusals Refused => Refusals.Native;

    public static IEnumerable<ApiOperation> All()
    {
        yield return StartOperation.Of();
        yield return new(HttpMethod.Get, GenerationRoutes.Generations, List());
        yield return new(HttpMethod.Get, GenerationRoutes.Generation, Get());
        yield return new(HttpMethod.Delete, GenerationRoutes.Generation, Delete());
        yield return new(HttpMethod.Post, GenerationRoutes.Cancel, Cancel());
        yield return EventsOperation.Of();
    }

    public static OpenApiResponse NotFound() => Refused.One(404, "`not_found`: there is no job of this id.", "not_found", NoJob);

    public static IOpenApiParameter Id() => InPath("id", JobSchemas.Id());

    public static OpenApiSchema NoStore() => Word("It may be another the next time.", "no-store");

    public static OpenApiSchema ServerTiming() => Text(
        "Where the job's time went, in milliseconds, by the names of its ledger. Only once it has ended, and has one.",
        pattern: "^queue;dur=[0-9.]+, .*total;dur=[0-9.]+$");

    private static OpenApiOperation List() => new()
    {
        OperationId = "listGenerations",
        Summary = "List jobs",
        Description = "Newest first, a page at a time: pass a page's `next` on as `after`, with the same `state`, for the page after it.",
        Parameters =
        [
            InQuery("state", Choice("Only jobs in this state. Left out: all.", JobSchemas.States).Like("completed")),
            InQuery("limit", Whole("The most jobs of a page.", 1, GenerationsApi.MaxListed, GenerationsApi.DefaultListed)
                .Like(10)),
            InQuery("after", Text("The `next` of the page before. Left out: the first page.")),
        ],
        Responses = Answered.Of(
            (200, Answered.With("A page of jobs.", Ref(JobSchemas.Page), JobExamples.Page).Has("Cache-Control", NoStore())),
            (400, Refused.One(400, "`bad_request`: a parameter is wrong, or given twice.", "bad_request",
                "limit is not a whole number from 1 to 100"))).And(Refused.Common()),
    };

    private static OpenApiOperation Get() => new()
    {
        OperationId = "getGeneration",
        Summary = "Look at a job",
        Description = "Its state, progress and pictures so far; once it has ended, where its time went.",
        Parameters = [Id()],
        Responses = Answered.Of(
            (200, Answered.With("The job.", Ref(JobSchemas.Job), JobExamples.Completed)
                .Has("Cache-Control", NoStore()).May("Server-Timing", ServerTiming())),
            (404, NotFound())).And(Refused.Common()),
    };

    private static OpenApiOperation Delete() => new()
    {
        OperationId = "deleteGeneration",
        Summary = "Forget a job",
        Description = "Only once it has ended.",
        Parameters =
        [
            Id(),
            InQuery("artifacts", Flag(
                "Whether its pictures, previews and bases are deleted too. They are named by what was asked for: another job that asked "
                + "for the same shares them, and then finds them gone. Pictures that were handed in stay either way.",
                unset: false).Like(true)),
        ],
        Responses = Answered.Of(
            (204, Answered.Empty("It is forgotten.")),
            (400, Refused.One(400, "`bad_request`: `artifacts` is wrong, or given twice.", "bad_request",
                "artifacts is not true or false")),
            (404, NotFound()),
            (409, Refused.One(409, "`running`: it has not ended.", "running", "the job is still running: cancel it first")))
            .And(Refused.Common()),
    };

    private static OpenApiOperation Cancel() => new()
    {
        OperationId = "cancelGeneration",
        Summary = "Cancel a job",
        Description = "It ends within one denoising step, and pictures finished before are kept.",
        Parameters = [Id()],
        Responses = Answered.Of(
            (202, Answered.Empty("It is being cancelled.")),
            (404, NotFound()),
            (409, Refused.One(409, "`ended`: it had ended already.", "ended", "the job has ended already"))).And(Refused.Common()),
    };
}
