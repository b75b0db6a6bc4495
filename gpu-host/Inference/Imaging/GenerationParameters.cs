using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aigc.Inference.Imaging;

/// <summary>How a picture was made, for its file to say.</summary>
/// <param name="Prompt">As the request had it.</param>
/// <param name="NegativePrompt">As the request had it; empty for none.</param>
/// <param name="Steps">Of denoising.</param>
/// <param name="Sampler">The scheduler, as people know it: DDIM, Euler.</param>
/// <param name="GuidanceScale">Of classifier-free guidance.</param>
/// <param name="Seed">Of the noise.</param>
/// <param name="Width">Of the picture, in pixels.</param>
/// <param name="Height">Of the picture, in pixels.</param>
/// <param name="ModelHash">The beginning of the model's digest.</param>
/// <param name="Model">The model's name.</param>
public sealed record GenerationParameters(
    string Prompt,
    string NegativePrompt,
    int Steps,
    string Sampler,
    double GuidanceScale,
    long Seed,
    int Width,
    int Height,
    string ModelHash,
    string Model)
{
    /// <summary>
    /// The text that AUTOMATIC1111's stable-diffusion-webui writes under the key <c>parameters</c>, and that picture managers read.
    /// </summary>
    public string ToText()
    {
        var text = new StringBuilder(Prompt).Append('\n');
        if (NegativePrompt.Length > 0) text.Append("Negative prompt: ").Append(NegativePrompt).Append('\n');
        return text
            .Append(CultureInfo.InvariantCulture, $"Steps: {Steps}, Sampler: {Quote(Sampler)}, CFG scale: {GuidanceScale}, Seed: {Seed}, ")
            .Append(CultureInfo.InvariantCulture, $"Size: {Width}x{Height}, Model hash: {Quote(ModelHash)}, Model: {Quote(Model)}")
            .ToString();
    }

    // Readers split the last line at commas and colons, and take a JSON string for one value.
    private static string Quote(string value) => value.AsSpan().ContainsAny(",:\n\"") ? $"\"{JsonEncodedText.Encode(value)}\"" : value;
}
