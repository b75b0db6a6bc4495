using System.Text.Json;
using Aigc.Artifacts;

namespace Aigc.Functions.Messages;

/// <summary>Reads what an event brought: anybody may raise one, with anything in it.</summary>
internal static class EventPayload
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The message in an event's payload; null where it is something else.</summary>
    public static T? Read<T>(object? payload)
        where T : class
    {
        try
        {
            return payload is JsonElement json ? json.Deserialize<T>(_json) : null;
        }
        catch (Exception e) when (e is JsonException or FaultException)
        {
            return null;
        }
    }
}
