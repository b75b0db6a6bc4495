using System.Text.Json;
using Aigc.Pipeline;
using Aigc.Pipeline.Stages;

namespace Aigc.Api.OpenAi;

/// <summary>Says of a picture what gave way, where anything did.</summary>
internal static class Degraded
{
    public static void Write(Utf8JsonWriter json, PictureResult picture)
    {
        if (picture.Degraded is not { Count: > 0 } degraded)
            return;
        json.WriteStartArray("degraded");
        foreach (var one in degraded)
            JsonSerializer.Serialize(json, one, PipelineJson.Default.Degradation);
        json.WriteEndArray();
    }
}
