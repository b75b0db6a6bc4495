using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Microsoft.AspNetCore.Http;

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
    /// <see cref="FaultKind.BadRequest"/>: it is no JSON, no object, lacks a field, or has one that is unknown or wrong.
    /// </exception>
    /// <exception cref="BadHttpRequestException">It is too long (413), or breaks off.</exception>
    public static Task<T> ReadAsync<T>(Stream body, int maxBytes, JsonSerializerOptions json, CancellationToken cancellationToken) =>
        ReadAsync(body, maxBytes, root => Parse<T>(root, json), cancellationToken);

    /// <summary>Reads a body that is a JSON object, whatever its fields.</summary>
    /// <param name="body">The body.</param>
    /// <param name="maxBytes">The longest that is read.</param>
    /// <param name="read">Makes something of the object, which is gone once this returns.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is no JSON, or no object.</exception>
    /// <exception cref="BadHttpRequestException">It is too long (413), or breaks off.</exception>
    public static async Task<T> ReadAsync<T>(Stream body, int maxBytes, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(maxBytes + 1);
        try
        {
            var room = bytes.AsMemory(0, maxBytes + 1);
            var length = await body.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length > maxBytes)
                throw new BadHttpRequestException($"the body is longer than {maxBytes} bytes", StatusCodes.Status413PayloadTooLarge);
            return Parse(bytes.AsMemory(0, length), read);
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

    private static T Parse<T>(ReadOnlyMemory<byte> bytes, Func<JsonElement, T> read)
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
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad("the body is no JSON object: send one, as in {\"prompt\":\"a red circle\"}");
            CheckTexts(document.RootElement);
            return read(document.RootElement);
        }
    }

    // The parser lets pass what no string can hold.
    private static void CheckTexts(JsonElement root)
    {
        try
        {
            foreach (var field in root.EnumerateObject())
            {
                _ = field.Name;
                _ = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString() : null;
            }
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    private static FaultException NoText(InvalidOperationException inner) =>
        Bad("the body has text that is no Unicode: bytes that are no UTF-8, or half of a surrogate pair", inner);

    private static T Parse<T>(JsonElement root, JsonSerializerOptions json)
    {
        var fields = json.GetTypeInfo(typeof(T)).Properties;
        var given = root.EnumerateObject().Select(field => field.Name).ToArray();
        var unknown = given.Where(name => !fields.Any(field => field.Name == name)).ToArray();
        if (unknown.Length > 0)
            throw Bad($"unknown {Fields(unknown)}: there are {string.Join(", ", fields.Select(field => field.Name))}");
        var missing = fields.Where(field => field.IsRequired && !given.Contains(field.Name)).Select(field => field.Name).ToArray();
        if (missing.Length > 0)
            throw Bad($"{Fields(missing)} must be given");
        var wrong = root.EnumerateObject().Select(field => Fault(fields.First(f => f.Name == field.Name), field.Value, json));
        if (wrong.OfType<string>().ToArray() is { Length: > 0 } faults)
            throw Bad(string.Join("; ", faults));
        return root.Deserialize<T>(json)!;
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
        _ when type == typeof(IReadOnlyList<Concession>) => $"a list of some of {Concessions.Words}",
        _ => "of its kind",
    };

    private static string Fields(string[] names) =>
        $"{(names.Length == 1 ? "field" : "fields")} {string.Join(", ", names.Select(name => $"'{Cut.To(40, name)}'"))}";

    private static FaultException Bad(string message, Exception? inner = null) => new(FaultKind.BadRequest, message, inner);
}
