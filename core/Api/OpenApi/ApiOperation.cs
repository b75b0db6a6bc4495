using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>What the document says of one method of one route.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The route's template, without the leading slash.</param>
/// <param name="Operation">All that is said of it.</param>
internal sealed record ApiOperation(HttpMethod Method, string Path, OpenApiOperation Operation)
{
    /// <summary>Whether it answers without a key where keys are in use.</summary>
    public bool Open { get; init; }

    /// <summary>The same question without the body of its answer.</summary>
    public ApiOperation Head() => new(HttpMethod.Head, Path, new OpenApiOperation(Operation)
    {
        OperationId = $"{Operation.OperationId}Head",
        Description = "As GET, with the same headers and without a body.",
        Responses = Answered.WithoutBodies(Operation.Responses!),
        // Readers of the document look for what the API does, and this adds nothing to it.
        Extensions = new Dictionary<string, IOpenApiExtension> { ["x-scalar-ignore"] = new JsonNodeExtension(true) },
    });
}
