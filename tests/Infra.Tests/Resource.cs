using System.Globalization;
using System.Text.Json;

namespace Aigc.Infra.Tests;

/// <summary>One predicted resource.</summary>
internal sealed class Resource(JsonElement json)
{
    /// <summary>Its type, as in <c>Microsoft.Web/sites</c>.</summary>
    public string Type { get; } = json.GetProperty("type").GetString()!;

    /// <summary>Its name; the last part for one of a parent.</summary>
    public string Name { get; } = json.GetProperty("name").GetString()!.Split('/')[^1];

    /// <summary>Its name with its parents'.</summary>
    public string FullName { get; } = json.GetProperty("name").GetString()!;

    /// <summary>Its identifier.</summary>
    public string Id { get; } = json.GetProperty("id").GetString()!;

    /// <summary>All of it.</summary>
    public JsonElement Json => json;

    /// <summary>A value below it as text, by names and positions parted by '/'; null where there is none.</summary>
    public string? Text(string path) => Find(path)?.ToString();

    /// <summary>A value below it, by names and positions parted by '/'; null where there is none.</summary>
    public JsonElement? Find(string path)
    {
        var here = json;
        foreach (var part in path.Split('/'))
        {
            if (here.ValueKind == JsonValueKind.Array && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                if (index >= here.GetArrayLength())
                    return null;
                here = here[index];
            }
            else if (here.ValueKind != JsonValueKind.Object || !here.TryGetProperty(part, out here))
            {
                return null;
            }
        }

        return here;
    }

    /// <summary>The values of a list below it; none where there is no list.</summary>
    public IEnumerable<JsonElement> List(string path) =>
        Find(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {FullName}";
}
