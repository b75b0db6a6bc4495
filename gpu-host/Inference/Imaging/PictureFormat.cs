using Aigc.Inference.Faults;

namespace Aigc.Inference.Imaging;

/// <summary>A file format that pictures are given out in.</summary>
public sealed record PictureFormat
{
    private PictureFormat(string name, string mediaType, string extension) => (Name, MediaType, Extension) = (name, mediaType, extension);

    /// <summary>PNG: lossless.</summary>
    public static PictureFormat Png { get; } = new("png", "image/png", ".png");

    /// <summary>JPEG: lossy, without alpha.</summary>
    public static PictureFormat Jpeg { get; } = new("jpeg", "image/jpeg", ".jpg");

    /// <summary>WebP: lossless at quality 100, lossy below.</summary>
    public static PictureFormat Webp { get; } = new("webp", "image/webp", ".webp");

    /// <summary>Every format.</summary>
    public static IReadOnlyList<PictureFormat> All { get; } = [Png, Jpeg, Webp];

    /// <summary>What a request calls it: <c>png</c>, <c>jpeg</c> or <c>webp</c>, as OpenAI's <c>output_format</c> does.</summary>
    public string Name { get; }

    /// <summary>For a Content-Type header.</summary>
    public string MediaType { get; }

    /// <summary>For a file name, with its dot.</summary>
    public string Extension { get; }

    /// <summary>Finds a format by its name.</summary>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: there is no such format; the message lists those
    /// there are.
    /// </exception>
    public static PictureFormat Parse(string name) => All.FirstOrDefault(format => format.Name == name)
        ?? throw new InferenceException(
            InferenceFault.BadRequest,
            $"picture format '{name}' is unknown; known: {string.Join(", ", All.Select(format => format.Name))}");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
