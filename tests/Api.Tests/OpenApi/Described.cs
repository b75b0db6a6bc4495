using System.Globalization;
using System.Text.Json;
using Aigc.Api.OpenApi;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>A host's document, taken apart.</summary>
internal sealed class Described(JsonElement document)
{
    private static readonly Lazy<Task<Described>> _server = new(() => OfAsync(DocumentedHost.Server));

    public JsonElement Document { get; } = document;

    public SchemaChecker Checker { get; } = new(document);

    public static Task<Described> ServerAsync() => _server.Value;

    public static async Task<Described> OfAsync(DocumentedHost host) => new(JsonElement.Parse((await ApiDocument.BytesAsync(host)).Span));

    /// <summary>Every operation, by method and path.</summary>
    public IEnumerable<(string Method, string Path, JsonElement Operation)> Operations =>
        from path in Document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    public JsonElement Operation(string id) =>
        Operations.Single(one => one.Operation.GetProperty("operationId").GetString() == id).Operation;

    /// <summary>The statuses that an operation answers with.</summary>
    public IEnumerable<int> Statuses(string id) => Operation(id).GetProperty("responses").EnumerateObject()
        .Select(response => int.Parse(response.Name, CultureInfo.InvariantCulture));

    public JsonElement Component(string name) => Checker.Resolve($"#/components/schemas/{name}");

    public IEnumerable<JsonProperty> Fields(string component) => Component(component).GetProperty("properties").EnumerateObject();
}
