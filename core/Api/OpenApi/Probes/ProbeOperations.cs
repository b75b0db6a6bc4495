using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi.Probes;

/// <summary>What orchestrators ask of a server.</summary>
internal static class ProbeOperations
{
    public const string Tag = "Probes";

    /// <summary>Whether the process lives.</summary>
    public const string Live = "healthz";

    /// <summary>Whether its model is ready.</summary>
    public const string Ready = "readyz";

    /// <summary>Figures for whoever watches it.</summary>
    public const string Figures = "metrics";

    private const string Prometheus = "text/plain";
    private const string OpenMetrics = "application/openmetrics-text";

    public static IEnumerable<ApiOperation> All()
    {
        yield return new(HttpMethod.Get, Live, new OpenApiOperation
        {
            OperationId = "isAlive",
            Summary = "Whether it lives",
            Description = "Needs no key. Answers as long as the process does.",
            Responses = Answered.Of((200, Text("It does.", "alive")), (403, Refusals.Native.NotLocal())),
        })
        { Open = true };
        yield return new(HttpMethod.Get, Ready, new OpenApiOperation
        {
            OperationId = "isReady",
            Summary = "Whether jobs can be carried out at once",
            Description = "Needs no key. Jobs are taken before it is ready, and wait.",
            Responses = Answered.Of(
                (200, Text("The model is loaded, or a host has said what it can do.", "ready")),
                (403, Refusals.Native.NotLocal()),
                (503, Refusals.Native.Unavailable())),
        })
        { Open = true };
        yield return new(HttpMethod.Get, Figures, new OpenApiOperation
        {
            OperationId = "getFigures",
            Summary = "Figures for Prometheus",
            Description = "Jobs, requests and the runtime, as they stand. Needs a key where keys are in use. "
                + "`Accept` chooses between the two formats.",
            Responses = Answered.Of((200, Answered.Empty("The figures.")
                .And(Prometheus, Fields.Text("One figure a line.", min: 1))
                .And(OpenMetrics, Fields.File("One figure a line."))
                .Has("Vary", Fields.Word("They are compressed where the caller can read that.", "Accept-Encoding"))
                .May("Content-Encoding", Fields.Word("How they are compressed.", "gzip"))
                .Has("Last-Modified", Fields.Text("When they stood so.")))).And(Refusals.Native.Gate()),
        });
    }

    private static OpenApiResponse Text(string description, string word) => Answered.Empty(description)
        .And("text/plain", Fields.Word("One word.", word), ("example", word));
}
