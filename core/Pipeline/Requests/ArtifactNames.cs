using System.Security.Cryptography;
using System.Text;

namespace Aigc.Pipeline.Requests;

/// <summary>Names of artifacts: content addresses of their inputs, so that the same request finds what is already made.</summary>
public static class ArtifactNames
{
    /// <summary>The finished picture, encoded, enhanced where asked.</summary>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    /// <param name="spec">The picture.</param>
    public static string Picture(string modelDigest, PictureSpec spec)
    {
        var (extension, quality) = spec.Format switch
        {
            OutputFormat.Png => ("png", 0),
            OutputFormat.Jpeg => ("jpg", spec.Quality),
            OutputFormat.Webp => ("webp", spec.Quality),
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Format, "unknown format"),
        };
        return Address("pictures", modelDigest, $"{spec.Canonical}|enhance={spec.Enhance}|format={extension}|quality={quality}", extension);
    }

    /// <summary>The generated picture before enhancement, as an intermediate of the Staged plan.</summary>
    public static string Base(string modelDigest, PictureSpec spec) => Address("bases", modelDigest, spec.Canonical, "png");

    /// <summary>The embedding of one text, as an intermediate of the Staged plan.</summary>
    public static string Embedding(string modelDigest, string text) => Address("embeddings", modelDigest, text, "f32");

    private static string Address(string stage, string modelDigest, string inputs, string extension)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{stage}|{modelDigest}|{inputs}")));
        return $"{stage}/{hash[..2]}/{hash}.{extension}";
    }
}
