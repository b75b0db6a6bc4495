using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Requests;

/// <summary>The file format of a finished picture.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutputFormat>))]
public enum OutputFormat
{
    /// <summary>Lossless, with the settings as A1111 <c>parameters</c> text.</summary>
    [JsonStringEnumMemberName("png")]
    Png,

    /// <summary>Lossy, at the request's quality.</summary>
    [JsonStringEnumMemberName("jpeg")]
    Jpeg,

    /// <summary>Lossy at the request's quality; lossless at 100.</summary>
    [JsonStringEnumMemberName("webp")]
    Webp,
}
