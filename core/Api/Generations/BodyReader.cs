using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aigc.Artifacts;

namespace Aigc.Api.Generations;

/// <summary>Reads a JSON body into a record whose fields are the only ones allowed, and says what is wrong in the fields' own names.</summary>
internal static class BodyReader
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="maxBytes">The longest that is read.</param>
    /// <param name="json">Options of <typeparamref name="T"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException">
    /// <see cref="FaultKind.BadRequest"/>: it is too long, no JSON, no object, lacks a field, or has one that is unknown or wrong.
    /// </exception>
    public static async Task<T> ReadAsync<T>(Stream body, int maxBytes, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(maxBytes + 1);
        try
        {
            var read = bytes.AsMemory(0, maxBytes + 1);
            var length = await body.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length > maxBytes)
                throw Bad($"the body is longer than {maxBytes} bytes");
            return Parse<T>(bytes.AsMemory(0, length), json);
        }
        catch (InvalidOperationException e)
        {
            // What the parser says of half a character in a field's name.
            throw Bad("the body has a text that is no Unicode", e);
        }
        finally
        {
            // It held a prompt.
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    private static T Parse<T>(ReadOnlyMemory<byte> bytes, JsonSerializerOptions json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw Bad($"the body is no JSON that can be read: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad("the body is no JSON object: send one, as in {\"prompt\":\"a red circle\"}");
            var fields = json.GetTypeInfo(typeof(T)).Properties;
            var given = document.RootElement.EnumerateObject().Select(field => field.Name).ToArray();
            var unknown = given.Where(name => !fields.Any(field => field.Name == name)).ToArray();
            if (unknown.Length > 0)
                throw Bad($"unknown {Fields(unknown)}: there are {string.Join(", ", fields.Select(field => field.Name))}");
            var missing = fields.Where(field => field.IsRequired && !given.Contains(field.Name)).Select(field => field.Name).ToArray();
            if (missing.Length > 0)
                throw Bad($"{Fields(missing)} must be given");
            var wrong = document.RootElement.EnumerateObject().Select(field => Fault(fields.First(f => f.Name == field.Name), field.Value, json));
            if (wrong.OfType<string>().ToArray() is { Length: > 0 } faults)
                throw Bad(string.Join("; ", faults));
            return document.RootElement.Deserialize<T>(json)!;
        }
    }

    private static string? Fault(JsonPropertyInfo field, JsonElement value, JsonSerializerOptions json)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return field.IsSetNullable ? null : $"{field.Name} is null";
        try
        {
            value.Deserialize(field.PropertyType, json);
            return null;
        }
        catch (JsonException)
        {
            return $"{field.Name} is not {Kind(Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType)}";
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}",
        _ when type == typeof(string) => "a text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => $"a whole number of {int.MinValue} to {int.MaxValue}",
        _ when type == typeof(long) => "a whole number of 64 bits",
        _ when type == typeof(float) => "a number",
        _ when type == typeof(ArtifactRef) => "a reference as answers have them, which begins with artifact:v1:",
        _ => "of its kind",
    };

    private static string Fields(string[] names) =>
        $"{(names.Length == 1 ? "field" : "fields")} {string.Join(", ", names.Select(name => $"'{(name.Length > 40 ? $"{name[..40]}..." : name)}'"))}";

    private static FaultException Bad(string message, Exception? inner = null) => new(FaultKind.BadRequest, message, inner);
}
