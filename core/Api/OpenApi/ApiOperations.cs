using Aigc.Api.OpenApi.Artifacts;
using Aigc.Api.OpenApi.Images;
using Aigc.Api.OpenApi.Jobs;
using Aigc.Api.OpenApi.Probes;
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
        (ProbeOperations.Tag, "Whether the server lives, and whether its model is ready."),
    ];

    public static IReadOnlyList<ApiOperation> All(DocumentedHost host)
    {
        ApiOperation[] operations =
        [
            .. Tagged(JobOperations.Tag, JobOperations.All(host)),
            .. Tagged(ArtifactOperations.Tag, ArtifactOperations.All(host)),
            .. Tagged(ImageOperations.Tag, ImageOperations.All(host)),
        ];
        if (host == DocumentedHost.Functions)
            return operations;
        var heads = operations.Where(IsReadOfJobs).Select(operation => operation.Head());
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
        .. Refusals.Schemas(),
    ];

    // Those that are mapped with HEAD beside GET.
    private static bool IsReadOfJobs(ApiOperation operation) =>
        operation.Method == HttpMethod.Get
        && operation.Path is Generations.GenerationRoutes.Generations or Generations.GenerationRoutes.Generation
            or Generations.GenerationRoutes.Artifact;

    private static IEnumerable<ApiOperation> Tagged(string tag, IEnumerable<ApiOperation> operations)
    {
        foreach (var operation in operations)
        {
            operation.Operation.Tags = new HashSet<OpenApiTagReference> { new(tag) };
            yield return operation;
        }
    }
}
