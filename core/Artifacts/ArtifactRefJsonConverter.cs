using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aigc.Artifacts;

/// <summary>Writes an <see cref="ArtifactRef"/> as its token.</summary>
/// <remarks>Public because serializer contexts generated in other assemblies name it.</remarks>
public sealed class ArtifactRefJsonConverter : JsonConverter<ArtifactRef>
{
    /// <inheritdoc/>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: no reference, or of a version that is not known.</exception>
    public override ArtifactRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? ArtifactRef.Parse(reader.GetString()!)
            : throw new FaultException(
                FaultKind.BadRequest, $"an artifact reference is a JSON string, as in artifact:v1:..., and not a {reader.TokenType}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ArtifactRef value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
