using System.Text.Json;
using Microsoft.DurableTask;

namespace Aigc.FunctionsDurable;

/// <summary>Payloads to JSON text and back.</summary>
internal sealed class JsonPayloads(JsonSerializerOptions options) : DataConverter
{
    public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), options);

    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : JsonSerializer.Deserialize(data, targetType, options);
}
