using System.Text.Json;

namespace Aigc.Infra.Tests;

/// <summary>Says what differs between two predictions, a line for each value.</summary>
internal static class SnapshotDiff
{
    /// <summary>
    /// Lines that begin with '-' where a value is gone, '+' where one is new and '~' where it is another; none where they agree.
    /// </summary>
    public static IReadOnlyList<string> Of(string before, string after)
    {
        var (old, now) = (Flatten(before), Flatten(after));
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(path => (old.GetValueOrDefault(path), now.GetValueOrDefault(path)) switch
                {
                    ({ } was, null) => $"- {path} = {was}",
                    (null, { } @is) => $"+ {path} = {@is}",
                    var (was, @is) when was != @is => $"~ {path}: {was} -> {@is}",
                    _ => null,
                }).OfType<string>(),
        ];
    }

    private static SortedDictionary<string, string> Flatten(string snapshot)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(snapshot);
        foreach (var part in document.RootElement.EnumerateObject())
        {
            if (part.Name != "predictedResources")
            {
                Add(part.Name, part.Value);
                continue;
            }

            foreach (var resource in part.Value.EnumerateArray())
                Add($"{resource.GetProperty("type").GetString()} {resource.GetProperty("name").GetString()}:", resource);
        }

        return values;

        void Add(string path, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var property in value.EnumerateObject())
                        Add($"{path} {property.Name}", property.Value);
                    break;
                case JsonValueKind.Array:
                    foreach (var (index, item) in value.EnumerateArray().Index())
                        Add($"{path}[{index}]", item);
                    break;
                default:
                    values[path] = value.GetRawText();
                    break;
            }
        }
    }
}
