using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>Answers as the document has them.</summary>
internal static class Answered
{
    private const string Json = "application/json";

    public static OpenApiResponses Of(params (int Status, OpenApiResponse Answer)[] answers)
    {
        var responses = new OpenApiResponses();
        foreach (var (status, answer) in answers)
            responses.Add(status.ToString(CultureInfo.InvariantCulture), answer);
        return responses;
    }

    /// <summary>An answer without a body.</summary>
    public static OpenApiResponse Empty(string description) => new() { Description = description };

    public static OpenApiResponse With(string description, IOpenApiSchema schema, string example, string type = Json) =>
        Empty(description).And(type, schema, ("example", JsonNode.Parse(example)!));

    /// <summary>Adds a kind of body that the answer may have.</summary>
    public static OpenApiResponse And(
        this OpenApiResponse answer, string type, IOpenApiSchema schema, params (string Name, JsonNode Value)[] examples)
    {
        answer.Content ??= new Dictionary<string, OpenApiMediaType>();
        answer.Content.Add(type, new OpenApiMediaType { Schema = schema, Examples = examples.Length == 0 ? null : Examples(examples) });
        return answer;
    }

    /// <summary>Adds a header that is always there.</summary>
    public static OpenApiResponse Has(this OpenApiResponse answer, string name, OpenApiSchema value) =>
        answer.Header(name, value, required: true);

    /// <summary>Adds a header that may be there.</summary>
    public static OpenApiResponse May(this OpenApiResponse answer, string name, OpenApiSchema value) =>
        answer.Header(name, value, required: false);

    /// <summary>Adds answers to others.</summary>
    public static OpenApiResponses And(this OpenApiResponses responses, OpenApiResponses more)
    {
        foreach (var (status, answer) in more)
            responses.Add(status, answer);
        return responses;
    }

    public static Dictionary<string, IOpenApiExample> Examples(params (string Name, JsonNode Value)[] examples) =>
        examples.ToDictionary(
            example => example.Name, IOpenApiExample (example) => new OpenApiExample { Value = example.Value });

    /// <summary>The same answers by their statuses.</summary>
    public static OpenApiResponses InOrder(OpenApiResponses responses)
    {
        var ordered = new OpenApiResponses();
        foreach (var (status, answer) in responses.OrderBy(one => one.Key, StringComparer.Ordinal))
            ordered.Add(status, answer);
        return ordered;
    }

    public static OpenApiResponses WithoutBodies(OpenApiResponses responses)
    {
        var bare = new OpenApiResponses();
        foreach (var (status, answer) in responses)
            bare.Add(status, new OpenApiResponse { Description = answer.Description, Headers = answer.Headers });
        return bare;
    }

    private static OpenApiResponse Header(this OpenApiResponse answer, string name, OpenApiSchema value, bool required)
    {
        answer.Headers ??= new Dictionary<string, IOpenApiHeader>();
        answer.Headers.Add(name, new OpenApiHeader { Description = value.Description, Required = required, Schema = value });
        // Once is enough.
        value.Description = null;
        return answer;
    }
}
