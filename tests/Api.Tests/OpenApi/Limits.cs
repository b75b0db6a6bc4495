using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Values at the limits of a schema, and just beyond them.</summary>
internal static class Limits
{
    /// <summary>Each value, and whether the schema takes it.</summary>
    public static IEnumerable<(JsonNode Value, bool Taken)> Of(JsonElement schema)
    {
        var step = schema.GetProperty("type").GetRawText().Contains("integer", StringComparison.Ordinal) ? 1m : 0.5m;
        var multiple = schema.TryGetProperty("multipleOf", out var of) ? of.GetDecimal() : step;
        foreach (var keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "minimum":
                    yield return (Number(keyword.Value.GetDecimal()), true);
                    yield return (Number(keyword.Value.GetDecimal() - multiple), false);
                    break;
                case "maximum":
                    yield return (Number(keyword.Value.GetDecimal()), true);
                    yield return (Number(keyword.Value.GetDecimal() + multiple), false);
                    break;
                case "exclusiveMinimum":
                    yield return (Number(keyword.Value.GetDecimal()), false);
                    break;
                case "multipleOf":
                    yield return (Number(schema.GetProperty("minimum").GetDecimal() + 1), false);
                    break;
                case "minLength" when keyword.Value.GetInt32() > 0:
                    yield return (new string('a', keyword.Value.GetInt32()), true);
                    yield return (new string('a', keyword.Value.GetInt32() - 1), false);
                    break;
                case "maxLength":
                    yield return (new string('a', keyword.Value.GetInt32()), true);
                    yield return (new string('a', keyword.Value.GetInt32() + 1), false);
                    break;
                case "enum":
                    foreach (var word in keyword.Value.EnumerateArray().Where(word => word.ValueKind == JsonValueKind.String))
                        yield return (word.GetString()!, true);
                    yield return ("none-of-them", false);
                    break;
                default:
                    break;
            }
        }
    }

    // Whole numbers must not be written with a fraction.
    private static JsonValue Number(decimal value) =>
        value == decimal.Truncate(value) && value <= long.MaxValue ? JsonValue.Create((long)value) : JsonValue.Create(value);
}
