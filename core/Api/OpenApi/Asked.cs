using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>What requests carry, as the document has it.</summary>
internal static class Asked
{
    public static IOpenApiParameter InPath(string name, OpenApiSchema value) => Of(ParameterLocation.Path, name, value);

    public static IOpenApiParameter InQuery(string name, OpenApiSchema value) => Of(ParameterLocation.Query, name, value);

    public static IOpenApiParameter InHeader(string name, OpenApiSchema value) => Of(ParameterLocation.Header, name, value);

    /// <summary>The header by which a request that is sent again starts nothing new.</summary>
    /// <param name="description">What it does.</param>
    public static IOpenApiParameter Key(string description) => InHeader(
        IdempotencyKey.Header, Fields.Text(description, min: 1, max: IdempotencyKey.MaxLength).Like("order-1042"));

    /// <summary>A body that must be there.</summary>
    public static OpenApiRequestBody Body(
        string description, string type, IOpenApiSchema schema, params (string Name, string Json)[] examples)
    {
        var body = new OpenApiMediaType
        {
            Schema = schema,
            Examples = examples.Length == 0
                ? null
                : Answered.Examples([.. examples.Select(example => (example.Name, JsonNode.Parse(example.Json)!))]),
        };
        return new OpenApiRequestBody
        {
            Description = description,
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [type] = body },
        };
    }

    private static OpenApiParameter Of(ParameterLocation place, string name, OpenApiSchema value)
    {
        var parameter = new OpenApiParameter
        {
            Name = name,
            In = place,
            Required = place == ParameterLocation.Path,
            Description = value.Description,
            Schema = value,
        };
        // Once is enough.
        value.Description = null;
        return parameter;
    }
}
