using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aigc.Artifacts;

/// <summary>
/// Names of one picture's artifacts: content addresses of everything that decides its bytes, so that the same request finds what is already
/// made, whoever asks and whichever host makes it.
/// </summary>
/// <param name="ModelDigest">SHA-256 of the model, lower-case hex.</param>
/// <param name="Prompt">What the picture shows.</param>
/// <param name="NegativePrompt">What it should not show.</param>
/// <param name="Width">Width before enhancement, in pixels.</param>
/// <param name="Height">Height before enhancement, in pixels.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guidance">Classifier-free guidance scale.</param>
/// <param name="Seed">The seed of its noise.</param>
/// <param name="Scheduler">The scheduler's name.</param>
/// <param name="ImageSha256">SHA-256 of the input picture's file; null where the picture starts from noise.</param>
/// <param name="Strength">How much of the input picture is made anew; part of the address only where there is one.</param>
public sealed record PictureAddress(
    string ModelDigest,
    string Prompt,
    string NegativePrompt,
    int Width,
    int Height,
    int Steps,
    float Guidance,
    long Seed,
    string Scheduler,
    string? ImageSha256 = null,
    float Strength = 1)
{
    /// <summary>The picture's inputs as one text, the same for the same picture whoever asks.</summary>
    /// <remarks>Texts are preceded by their length, so that no two different requests read alike.</remarks>
    public string Canonical => string.Create(CultureInfo.InvariantCulture,
        $"v1|{Prompt.Length}:{Prompt}|{NegativePrompt.Length}:{NegativePrompt}|{Width}x{Height}|"
        + $"steps={Steps}|guidance={Guidance:R}|seed={Seed}|scheduler={Scheduler}")
        + (ImageSha256 is null ? "" : string.Create(CultureInfo.InvariantCulture, $"|image={ImageSha256}|strength={Strength:R}"));

    /// <summary>The generated picture before enhancement, as a PNG file that people may be shown.</summary>
    public string Base => Address("bases", ModelDigest, Canonical, "png");

    /// <summary>The same as plain pixels, for the next stage alone.</summary>
    public string RawBase => Address("bases", ModelDigest, Canonical, "rgb");

    /// <summary>Whether an artifact is the generated picture, in either form.</summary>
    /// <param name="name">The artifact's name.</param>
    public bool IsBase(string name) => name == Base || name == RawBase;

    /// <summary>What the names of its checkpoints start with.</summary>
    public string Checkpoints => $"{Hashed("checkpoints", ModelDigest, Canonical)}/";

    /// <summary>The finished picture, encoded, enhanced where asked.</summary>
    /// <param name="enhance">Whether it is super-resolved.</param>
    /// <param name="extension">Of the file format, without a dot: png, jpg or webp.</param>
    /// <param name="quality">1 to 100; 0 where the format has none.</param>
    public string Picture(bool enhance, string extension, int quality) =>
        Address("pictures", ModelDigest, $"{Canonical}|enhance={enhance}|format={extension}|quality={quality}", extension);

    /// <summary>Its denoising after some steps.</summary>
    /// <param name="step">Steps done.</param>
    public string Checkpoint(int step) => string.Create(CultureInfo.InvariantCulture, $"{Checkpoints}{step:d4}.ckpt");

    /// <summary>A preview of it after some steps.</summary>
    /// <param name="step">Steps done.</param>
    public string Preview(int step) =>
        string.Create(CultureInfo.InvariantCulture, $"{Hashed("previews", ModelDigest, Canonical)}/{step:d4}.webp");

    /// <summary>The embedding of one text, as an intermediate.</summary>
    /// <remarks>
    /// The media type of its reference says how it is written. The ending is of the first release, which knew float32 alone, and stays, so
    /// that references given before are good for ever.
    /// </remarks>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    /// <param name="text">The text.</param>
    public static string Embedding(string modelDigest, string text) => Address("embeddings", modelDigest, text, "f32");

    /// <summary>The latent of an input picture, as an intermediate.</summary>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    /// <param name="imageSha256">SHA-256 of the picture's file.</param>
    /// <param name="width">Width it is cropped to, in pixels.</param>
    /// <param name="height">Height it is cropped to, in pixels.</param>
    public static string Latent(string modelDigest, string imageSha256, int width, int height) =>
        Address("latents", modelDigest, string.Create(CultureInfo.InvariantCulture, $"{imageSha256}|{width}x{height}"), "f32");

    private static string Address(string stage, string modelDigest, string inputs, string extension) =>
        $"{Hashed(stage, modelDigest, inputs)}.{extension}";

    private static string Hashed(string stage, string modelDigest, string inputs)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{stage}|{modelDigest}|{inputs}")));
        return $"{stage}/{hash[..2]}/{hash}";
    }
}
