using System.Globalization;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.OpenAi;

/// <summary>The words that OpenAI's answers have for what this service does.</summary>
internal static class Words
{
    /// <summary>Every picture fills its frame.</summary>
    public const string Background = "opaque";

    /// <summary>Nothing is chosen by quality.</summary>
    public const string Quality = "auto";

    public static string Format(OutputFormat format) => format switch
    {
        OutputFormat.Png => "png",
        OutputFormat.Jpeg => "jpeg",
        OutputFormat.Webp => "webp",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format"),
    };

    public static string Size(int width, int height) => string.Create(CultureInfo.InvariantCulture, $"{width}x{height}");
}
