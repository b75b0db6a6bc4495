using System.Text.Json;

namespace Aigc.Conformance;

/// <summary>What a JSON document is made of, whatever its values.</summary>
internal static class JsonMembers
{
    /// <summary>The paths of all members, each once and in order, as in <c>pictures[].seed</c>.</summary>
    public static IReadOnlyList<string> Of(JsonElement element) => [.. Below(element, "").Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Below(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(member => Member(member, path.Length == 0 ? member.Name : $"{path}.{member.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Below(item, $"{path}[]")),
        _ => [],
    };

    private static IEnumerable<string> Member(JsonProperty member, string path) => Below(member.Value, path).Prepend(path);
}
