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

    public static IEnumerable<ApiOperation> All(DocumentedHost host)
    {
        OpenApiResponses Common() => Refused.Common(host);
        yield return StartOperation.Of(host);
        yield return new(HttpMethod.Get, GenerationRoutes.Generations, List(Common()));
        yield return new(HttpMethod.Get, GenerationRoutes.Generation, Get(Common()));
        yield return new(HttpMethod.Delete, GenerationRoutes.Generation, Delete(Common()));
        yield return new(HttpMethod.Post, GenerationRoutes.Cancel, Cancel(Common()));
        yield return EventsOperation.Of(host);
    }

    public static OpenApiResponse NotFound() => Refused.One(404, "`not_found`: there is no job of this id.", "not_found", NoJob);

    public static IOpenApiParameter Id() => InPath("id", JobSchemas.Id());

    public static OpenApiSchema NoStore() => Word("It may be another the next time.", "no-store");

    public static OpenApiSchema ServerTiming() => Text(
        "Where the job's time went, in milliseconds, by the names of its ledger. Only once it has ended, and has one.",
        pattern: "^queue;dur=[0-9.]+, .*total;dur=[0-9.]+$");

    private static OpenApiOperation List(OpenApiResponses common) => new()
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
                "limit is not a whole number from 1 to 100"))).And(common),
    };

    private static OpenApiOperation Get(OpenApiResponses common) => new()
    {
        OperationId = "getGeneration",
        Summary = "Look at a job",
        Description = "Its state, progress and pictures so far; once it has ended, where its time went.",
        Parameters = [Id()],
        Responses = Answered.Of(
            (200, Answered.With("The job.", Ref(JobSchemas.Job), JobExamples.Completed)
                .Has("Cache-Control", NoStore()).May("Server-Timing", ServerTiming())),
            (404, NotFound())).And(common),
    };

    private static OpenApiOperation Delete(OpenApiResponses common) => new()
    {
        OperationId = "deleteGeneration",
        Summary = "Forget a job",
        Description = "Only once it has ended. Its pictures stay, since whoever asks for the same picture shares them.",
        Parameters = [Id()],
        Responses = Answered.Of(
            (204, Answered.Empty("It is forgotten.")),
            (404, NotFound()),
            (409, Refused.One(409, "`running`: it has not ended.", "running", "the job is still running: cancel it first"))).And(common),
    };

    private static OpenApiOperation Cancel(OpenApiResponses common) => new()
    {
        OperationId = "cancelGeneration",
        Summary = "Cancel a job",
        Description = "It ends within one denoising step, and pictures finished before are kept.",
        Parameters = [Id()],
        Responses = Answered.Of(
            (202, Answered.Empty("It is being cancelled.")),
            (404, NotFound()),
            (409, Refused.One(409, "`ended`: it had ended already.", "ended", "the job has ended already"))).And(common),
    };
}
