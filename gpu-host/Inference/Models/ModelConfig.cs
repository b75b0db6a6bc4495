using System.Text.Json;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Models;

/// <summary>
/// Values out of a model's JSON files, of which most keys are somebody else's. A file or key that is not there gives null.
/// </summary>
internal static class ModelConfig
{
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the file is no JSON.</exception>
    public static double? Number(string path, params ReadOnlySpan<string> keys) =>
        Value(path, keys) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the file is no JSON.</exception>
    public static bool? Flag(string path, params ReadOnlySpan<string> keys) =>
        Value(path, keys) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

    /// <summary>The texts of a list; whatever else stands in it is left out.</summary>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the file is no JSON.</exception>
    public static IReadOnlyList<string>? Texts(string path, params ReadOnlySpan<string> keys) =>
        Value(path, keys) is { ValueKind: JsonValueKind.Array } value
            ? [.. value.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String)
                .Select(static item => item.GetString()!)]
            : null;

    private static JsonElement? Value(string path, ReadOnlySpan<string> keys)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var value = json.RootElement;
            foreach (var key in keys)
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(key, out value))
                    return null;
            }

            return value.Clone();
        }
        catch (JsonException e)
        {
            throw new InferenceException(InferenceFault.BadModel, $"'{path}' is no JSON: export the model again", innerException: e);
        }
    }
}
