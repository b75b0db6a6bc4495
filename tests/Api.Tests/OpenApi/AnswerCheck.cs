using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Holds an answer of the server against what the document says of its operation.</summary>
internal static class AnswerCheck
{
    // Any answer may have them, and the document does not repeat them.
    private static readonly string[] _everywhere =
    [
        "Date", "Transfer-Encoding", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy",
        "Connection", "Content-Type", "Content-Length",
    ];

    /// <summary>What is wrong with an answer; nothing where it is as documented.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(Described described, JsonElement operation, HttpResponseMessage answer)
    {
        var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!operation.GetProperty("responses").TryGetProperty(status, out var response))
            return [$"status {status} is not documented: {await answer.Content.ReadAsStringAsync()}"];
        return
        [
            .. HeaderFaults(described, response, answer),
            .. answer.RequestMessage!.Method == HttpMethod.Head
                ? []
                : await BodyFaultsAsync(described, response, answer),
        ];
    }

    /// <summary>Fails where an answer is not as documented.</summary>
    /// <returns>The code of a refusal.</returns>
    public static async Task<string?> CodeAsync(Described described, string id, HttpResponseMessage answer)
    {
        var operation = described.Operation(id);
        Assert.Empty(await FaultsAsync(described, operation, answer));
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode < 400 || text.Length == 0)
            return null;
        var body = JsonElement.Parse(text);
        var code = body.TryGetProperty("error", out var error)
            ? error.GetProperty("code").GetString()
            : body.GetProperty("title").GetString();
        var response = operation.GetProperty("responses").GetProperty($"{(int)answer.StatusCode}");
        Assert.Contains($"`{code}`", response.GetProperty("description").GetString(), StringComparison.Ordinal);
        return code;
    }

    private static IEnumerable<string> HeaderFaults(Described described, JsonElement response, HttpResponseMessage answer)
    {
        var documented = response.TryGetProperty("headers", out var headers) ? headers.EnumerateObject().ToArray() : [];
        // As they were sent: once they are read as headers of a type, directives are in an order of its own.
        var cached = answer.Headers.NonValidated.TryGetValues("Cache-Control", out var directives) ? directives.ToString() : null;
        var sent = answer.Headers.Concat(answer.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        if (cached is not null)
            sent["Cache-Control"] = cached;
        foreach (var header in documented)
        {
            var required = header.Value.TryGetProperty("required", out var flag) && flag.GetBoolean();
            if (!sent.TryGetValue(header.Name, out var text))
            {
                if (required)
                    yield return $"header {header.Name} is missing";
                continue;
            }

            var schema = header.Value.GetProperty("schema");
            var value = schema.GetProperty("type").GetString() == "integer"
                ? JsonElement.Parse(text)
                : JsonSerializer.SerializeToElement(text);
            foreach (var fault in described.Checker.Faults(value, schema, $"$header {header.Name}"))
                yield return fault;
        }

        var refusal = (int)answer.StatusCode >= 400;
        string[] known = [.. _everywhere, .. documented.Select(header => header.Name)];
        foreach (var name in sent.Keys.Except(known, StringComparer.OrdinalIgnoreCase))
        {
            if (!refusal || name != "Cache-Control")
                yield return $"header {name} is not documented";
        }
    }

    private static async Task<IReadOnlyList<string>> BodyFaultsAsync(Described described, JsonElement response, HttpResponseMessage answer)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (!response.TryGetProperty("content", out var content))
            return bytes.Length == 0 ? [] : [$"a body of {bytes.Length} bytes of {type} is not documented"];
        if (type is null || !content.TryGetProperty(type, out var media))
            return [$"media type {type} is not documented"];
        var schema = media.GetProperty("schema");
        return type switch
        {
            "application/json" or "application/problem+json" => described.Checker.Faults(JsonElement.Parse(bytes), schema),
            "text/plain" => described.Checker.Faults(JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(bytes)), schema),
            "text/event-stream" => await EventFaultsAsync(described, schema, bytes),
            _ => bytes.Length > 0 ? [] : ["the file is empty"],
        };
    }

    private static async Task<IReadOnlyList<string>> EventFaultsAsync(Described described, JsonElement schema, byte[] bytes)
    {
        var faults = new List<string>();
        var parser = SseParser.Create(new MemoryStream(bytes), (_, data) => JsonNode.Parse(data)!);
        var native = schema.GetProperty("$ref").GetString()!.EndsWith("/JobEvent", StringComparison.Ordinal);
        await foreach (var one in parser.EnumerateAsync())
        {
            var value = one.Data;
            if (native)
            {
                value = new JsonObject { ["event"] = one.EventType, ["data"] = one.Data };
                if (one.EventId is { } id)
                    value["id"] = id;
            }
            else if ((string?)one.Data["type"] != one.EventType)
            {
                faults.Add($"event {one.EventType} has data of another type");
            }

            faults.AddRange(described.Checker.Faults(JsonSerializer.SerializeToElement(value), schema, $"$event {one.EventType}"));
        }

        return faults;
    }
}
