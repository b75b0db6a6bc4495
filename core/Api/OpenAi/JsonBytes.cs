using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aigc.Api.OpenAi;

/// <summary>Writes JSON whose base64 is left as it is: escaped, each '+' of a picture would take six bytes.</summary>
internal static class JsonBytes
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, _options))
            write(json);
        return buffer.WrittenMemory;
    }
}
