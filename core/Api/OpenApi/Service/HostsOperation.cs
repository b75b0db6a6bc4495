using Aigc.Api.Generations;
using Aigc.Api.OpenApi.Jobs;
using Aigc.Pipeline.Hosts;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Service;

/// <summary>The hosts that make the pictures.</summary>
internal static class HostsOperation
{
    /// <summary>The schema, with the fields of <see cref="Hosts.HostsAnswer"/>.</summary>
    public const string Schema = "HostList";

    /// <summary>One of them, with <see cref="HostReport"/>'s fields.</summary>
    public const string Report = "HostReport";

    public static readonly string[] States = ["up", "loading", "draining", "down"];

    private const string Example = """
        {"hosts":[{"name":"http://10.0.0.4:50051","state":"up","queuedSeconds":2.5,"running":3,"waiting":2,"freeRows":10,
        "devices":["CUDA 0"]},{"name":"http://10.0.0.5:50051","state":"down","why":"no answer in time","queuedSeconds":0,"running":0,
        "waiting":0,"freeRows":0,"devices":[]}]}
        """;

    public static ApiOperation Of() => new(HttpMethod.Get, GenerationRoutes.Hosts, new OpenApiOperation
    {
        OperationId = "listHosts",
        Summary = "Look at the hosts",
        Description = "Each host as it is now; one that does not answer is among them.",
        Responses = Answered.Of(
            (200, Answered.With("The hosts, in the order in which they are configured.", Ref(Schema), Example)
                .Has("Cache-Control", JobOperations.NoStore())),
            (500, Refusals.Native.Internal())).And(Refusals.Native.Gate()),
    });

    public static IEnumerable<(string Name, OpenApiSchema Schema)> Schemas()
    {
        yield return (Schema, Object("How the hosts are.")
            .Has("hosts", List("The hosts, in the order in which they are configured.", Ref(Report))));
        yield return (Report, Object("One host at one moment.")
            .Has("name", Text("Its address, or another name for people."))
            .Has("state", Choice(
                "Whether it takes work. `up`: it does, with its model in memory; `loading`: it does, and the work waits for the model; "
                + "`draining`: it finishes what it has and is about to end; `down`: it does not answer, or cannot use the model.", States))
            .May("why", Text("Why it is not `up`, for people; left out where it is."))
            .Has("queuedSeconds", Number("Compute waiting and under way, in seconds; 0 where it does not answer.", min: 0))
            .Has("running", Whole("Pictures that are being denoised.", min: 0))
            .Has("waiting", Whole("Pictures that wait for room in a batch.", min: 0))
            .Has("freeRows", Whole("Rows of a batch that are free; a guided picture takes two.", min: 0))
            .Has("devices", List(
                "What its models run on, as in `CUDA 0` and `CPU, 2 threads`; none where it does not say.", Text("A device."))));
    }
}
