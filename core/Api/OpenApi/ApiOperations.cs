using Aigc.Api.Generations;
using Aigc.Api.OpenApi.Artifacts;
using Aigc.Api.OpenApi.Images;
using Aigc.Api.OpenApi.Jobs;
using Aigc.Api.OpenApi.Probes;
using Aigc.Api.OpenApi.Service;
using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>Everything that a host's document tells of.</summary>
internal static class ApiOperations
{
    /// <summary>What tags mean, in the order in which they are shown.</summary>
    public static readonly (string Name, string Description)[] Tags =
    [
        (JobOperations.Tag, "Pictures as jobs: start one, follow it, fetch what it made. Faults are `application/problem+json`."),
        (ArtifactOperations.Tag, "The bytes of pictures, and pictures to start from."),
        (ImageOperations.Tag, "The OpenAI Images API, for clients that were written for it. Faults have OpenAI's shape."),
        (ModelOperation.Tag, "What the loaded model takes, and how the hosts are that make the pictures."),
        (ProbeOperations.Tag, "Whether the server lives, whether its model is ready, and its figures."),
    ];

    public static IReadOnlyList<ApiOperation> All(DocumentedHost host)
    {
        ApiOperation[] operations =
        [
            .. Tagged(JobOperations.Tag, JobOperations.All()),
            .. Tagged(ArtifactOperations.Tag, ArtifactOperations.All(host)),
            .. Tagged(ImageOperations.Tag, ImageOperations.All()),
            .. Tagged(ModelOperation.Tag, [ModelOperation.Of(), HostsOperation.Of()]),
        ];
        if (host == DocumentedHost.Functions)
            return operations;
        var heads = operations.Where(IsHeadToo).Select(operation => operation.Head());
        return [.. operations, .. heads, .. Tagged(ProbeOperations.Tag, ProbeOperations.All())];
    }

    public static IEnumerable<(string Name, OpenApiSchema Schema)> Schemas() =>
    [
        (GenerationSchema.Name, GenerationSchema.Of()),
        .. JobSchemas.All(),
        .. EventsOperation.Schemas(),
        .. ArtifactOperations.Schemas(),
        .. ImageFields.Schemas(),
        .. ImageSchemas.All(),
        .. ModelOperation.Schemas(),
        .. HostsOperation.Schemas(),
        .. Refusals.Schemas(),
    ];

    // Those that are mapped with HEAD beside GET.
    private static bool IsHeadToo(ApiOperation operation) =>
        operation.Method == HttpMethod.Get
        && operation.Path is GenerationRoutes.Generations or GenerationRoutes.Generation or GenerationRoutes.Artifact
            or GenerationRoutes.Model or GenerationRoutes.Hosts;

    private static IEnumerable<ApiOperation> Tagged(string tag, IEnumerable<ApiOperation> operations)
    {
        foreach (var operation in operations)
        {
            operation.Operation.Tags = new HashSet<OpenApiTagReference> { new(tag) };
            yield return operation;
        }
    }
}
