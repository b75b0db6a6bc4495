using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>Schemas of JSON, each with what it says to people: the unit, the limits and what it is where it is left out.</summary>
internal static class Fields
{
    /// <summary>An object that has the fields it is given with <see cref="Has"/> and <see cref="May"/>.</summary>
    public static OpenApiSchema Object(string description) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description,
        Properties = new Dictionary<string, IOpenApiSchema>(),
        Required = new HashSet<string>(),
    };

    public static OpenApiSchema Text(
        string description, string? unset = null, int? min = null, int? max = null, string? pattern = null, string? format = null) => new()
        {
            Type = JsonSchemaType.String,
            Description = description,
            Default = unset is null ? null : JsonValue.Create(unset),
            MinLength = min,
            MaxLength = max,
            Pattern = pattern,
            Format = format,
        };

    /// <summary>One of some words.</summary>
    public static OpenApiSchema Choice(string description, IEnumerable<string> words, string? unset = null)
    {
        var schema = Text(description, unset);
        schema.Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))];
        return schema;
    }

    /// <summary>One word alone.</summary>
    public static OpenApiSchema Word(string description, string word)
    {
        var schema = Text(description);
        schema.Const = word;
        return schema;
    }

    public static OpenApiSchema Whole(string description, long? min = null, long? max = null, long? unset = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = max is null or <= int.MaxValue ? "int32" : "int64",
        Description = description,
        Minimum = min?.ToString(CultureInfo.InvariantCulture),
        Maximum = max?.ToString(CultureInfo.InvariantCulture),
        Default = unset is { } value ? JsonValue.Create(value) : null,
    };

    public static OpenApiSchema Number(string description, double? min = null, double? max = null, double? unset = null) => new()
    {
        Type = JsonSchemaType.Number,
        Description = description,
        Minimum = min?.ToString(CultureInfo.InvariantCulture),
        Maximum = max?.ToString(CultureInfo.InvariantCulture),
        Default = unset is { } value ? JsonValue.Create(value) : null,
    };

    public static OpenApiSchema Flag(string description, bool? unset = null) => new()
    {
        Type = JsonSchemaType.Boolean,
        Description = description,
        Default = unset is { } value ? JsonValue.Create(value) : null,
    };

    public static OpenApiSchema List(string description, IOpenApiSchema items) =>
        new() { Type = JsonSchemaType.Array, Description = description, Items = items };

    /// <summary>A moment, as RFC 3339 has it.</summary>
    public static OpenApiSchema Time(string description) => Text(description, format: "date-time");

    /// <summary>Bytes, as base64.</summary>
    public static OpenApiSchema Base64(string description)
    {
        var schema = Text(description);
        schema.ContentEncoding = "base64";
        return schema;
    }

    /// <summary>The bytes of a file.</summary>
    public static OpenApiSchema File(string description) => Text(description, format: "binary");

    /// <summary>One of the document's components.</summary>
    public static OpenApiSchemaReference Ref(string component, string? description = null) => new(component) { Description = description };

    /// <summary>Adds a field that is always there.</summary>
    public static OpenApiSchema Has(this OpenApiSchema schema, string name, IOpenApiSchema field)
    {
        schema.Required!.Add(name);
        return schema.May(name, field);
    }

    /// <summary>Adds a field that may be left out.</summary>
    public static OpenApiSchema May(this OpenApiSchema schema, string name, IOpenApiSchema field)
    {
        schema.Properties!.Add(name, field);
        return schema;
    }

    /// <summary>Refuses all other fields, as requests do; answers may have more one day.</summary>
    public static OpenApiSchema Closed(this OpenApiSchema schema)
    {
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }

    /// <summary>Lets null stand for leaving a field out.</summary>
    public static OpenApiSchema OrNull(this OpenApiSchema schema)
    {
        schema.Type |= JsonSchemaType.Null;
        schema.Enum?.Add(JsonNullSentinel.JsonNull);
        return schema;
    }

    /// <summary>Gives an example.</summary>
    public static OpenApiSchema Like(this OpenApiSchema schema, JsonNode example)
    {
        schema.Examples = [example];
        return schema;
    }
}
