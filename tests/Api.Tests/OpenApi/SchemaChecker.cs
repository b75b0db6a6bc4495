using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>
/// Holds JSON against the document's schemas, more strictly than they say: a field that no schema names is a fault, and so is a keyword
/// that is not known here.
/// </summary>
internal sealed class SchemaChecker(JsonElement document)
{
    private static readonly string[] _silent = ["description", "default", "examples", "contentEncoding"];

    /// <summary>What is wrong with a value, each with its place.</summary>
    public IReadOnlyList<string> Faults(JsonElement value, JsonElement schema, string at = "$")
    {
        var faults = new List<string>();
        foreach (var keyword in schema.EnumerateObject().Where(keyword => !_silent.Contains(keyword.Name)))
        {
            var found = Faults(value, schema, keyword.Name, keyword.Value, at);
            faults.AddRange(found.Select(fault => fault[0] == '$' ? fault : $"{at} {fault}"));
        }

        return faults;
    }

    private IEnumerable<string> Faults(JsonElement value, JsonElement schema, string keyword, JsonElement rule, string at) => keyword switch
    {
        "$ref" => Faults(value, Resolve(rule.GetString()!), at),
        "type" => Types(rule).Any(type => IsOf(type, value)) ? [] : [$"is {value.ValueKind} and not {rule}"],
        "const" => JsonElement.DeepEquals(value, rule) ? [] : [$"is {value} and not {rule}"],
        "enum" => rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? [] : [$"is {value} and none of {rule}"],
        "minLength" => If(value.ValueKind == JsonValueKind.String && value.GetString()!.Length < rule.GetInt32(), "is too short"),
        "maxLength" => If(value.ValueKind == JsonValueKind.String && value.GetString()!.Length > rule.GetInt32(), "is too long"),
        "pattern" => If(
            value.ValueKind == JsonValueKind.String && !Regex.IsMatch(value.GetString()!, rule.GetString()!),
            $"'{value}' does not match {rule}"),
        "format" => If(!HasFormat(value, rule.GetString()!), $"'{value}' is no {rule}"),
        "minimum" => If(value.ValueKind == JsonValueKind.Number && value.GetDecimal() < rule.GetDecimal(), $"{value} is below {rule}"),
        "maximum" => If(value.ValueKind == JsonValueKind.Number && value.GetDecimal() > rule.GetDecimal(), $"{value} is above {rule}"),
        "exclusiveMinimum" => If(
            value.ValueKind == JsonValueKind.Number && value.GetDecimal() <= rule.GetDecimal(), $"{value} is not above {rule}"),
        "multipleOf" => If(
            value.ValueKind == JsonValueKind.Number && value.GetDecimal() % rule.GetDecimal() != 0, $"{value} is no multiple of {rule}"),
        "items" => value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().SelectMany((item, i) => Faults(item, rule, $"{at}[{i}]"))
            : [],
        "required" => value.ValueKind == JsonValueKind.Object
            ? rule.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"lacks {name}")
            : [],
        "properties" => value.ValueKind == JsonValueKind.Object ? FieldFaults(value, schema, rule, at) : [],
        "additionalProperties" => [],
        "anyOf" => If(!rule.EnumerateArray().Any(one => Faults(value, one, at).Count == 0), "is of no kind of anyOf"),
        "oneOf" => OneOf(value, rule, at),
        _ => throw new InvalidOperationException($"keyword {keyword} at {at} is not known"),
    };

    private IEnumerable<string> FieldFaults(JsonElement value, JsonElement schema, JsonElement properties, string at)
    {
        var others = schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.Object
            ? additional
            : (JsonElement?)null;
        foreach (var field in value.EnumerateObject())
        {
            if ((properties.TryGetProperty(field.Name, out var known) ? known : others) is not { } rule)
            {
                yield return $"has {field.Name}, which no schema names";
                continue;
            }

            foreach (var fault in Faults(field.Value, rule, $"{at}.{field.Name}"))
                yield return fault;
        }
    }

    private IEnumerable<string> OneOf(JsonElement value, JsonElement rule, string at)
    {
        var kinds = rule.EnumerateArray().Select(one => Faults(value, one, at)).ToArray();
        return kinds.Count(faults => faults.Count == 0) switch
        {
            1 => [],
            0 => [$"is of no kind of oneOf; nearest: {string.Join("; ", kinds.MinBy(faults => faults.Count)!)}"],
            _ => ["is of several kinds of oneOf"],
        };
    }

    /// <summary>What a reference stands for.</summary>
    public JsonElement Resolve(string reference) => reference.Split('/')[1..].Aggregate(document, (place, name) => place.GetProperty(name));

    private static IEnumerable<string> If(bool fault, string what) => fault ? [what] : [];

    private static IEnumerable<string> Types(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(type => type.GetString()!) : [rule.GetString()!];

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new InvalidOperationException($"type {type} is not known"),
    };

    private static bool HasFormat(JsonElement value, string format) => (value.ValueKind, format) switch
    {
        (JsonValueKind.Null, _) or (_, "binary") => true,
        (JsonValueKind.Number, "int32") => value.TryGetInt32(out _),
        (JsonValueKind.Number, "int64") => value.TryGetInt64(out _),
        (JsonValueKind.String, "date-time") => DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _),
        (JsonValueKind.String, "uri-reference") => Uri.TryCreate(value.GetString(), UriKind.RelativeOrAbsolute, out _),
        (JsonValueKind.String, "uri") => Uri.TryCreate(value.GetString(), UriKind.Absolute, out _),
        _ => throw new InvalidOperationException($"format {format} of {value} is not known"),
    };
}
