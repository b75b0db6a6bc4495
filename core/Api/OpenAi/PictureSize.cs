using System.Globalization;
using System.Text.RegularExpressions;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.OpenAi;

/// <summary>How a picture of a wanted size is made.</summary>
/// <param name="Width">Width before enhancement, in pixels.</param>
/// <param name="Height">Height before enhancement, in pixels.</param>
/// <param name="Enhance">Whether the enhancer then brings it to the wanted size.</param>
internal sealed partial record PictureSize(int Width, int Height, bool Enhance)
{
    /// <summary>The model's own size, enhanced where it can be.</summary>
    public const string Auto = "auto";

    /// <summary>
    /// Finds how a size is made. Where a picture of it could be made either way, the way whose generated size is nearer to the model's own:
    /// that is the size it was trained at.
    /// </summary>
    /// <param name="text"><see cref="Auto"/>, or a width and height in pixels as in <c>512x512</c>: those of the file answered.</param>
    /// <param name="capabilities">What the loaded model can do.</param>
    /// <param name="fault">Why the size cannot be made.</param>
    public static PictureSize? Find(string text, EngineCapabilities capabilities, out string fault)
    {
        fault = "";
        if (text == Auto)
            return new PictureSize(capabilities.DefaultWidth, capabilities.DefaultHeight, capabilities.EnhanceFactor > 0);
        if (Pattern().Match(text) is not { Success: true } match)
        {
            fault = "is neither 'auto' nor a width and height, as in 512x512";
            return null;
        }

        var (width, height) = (Pixels(match.Groups[1]), Pixels(match.Groups[2]));
        var factor = capabilities.EnhanceFactor;
        PictureSize[] ways = factor > 0 && width % factor == 0 && height % factor == 0
            ? [new(width / factor, height / factor, true), new(width, height, false)]
            : [new(width, height, false)];
        var found = ways.Where(way => way.Fault(capabilities) is null).MinBy(way => way.Distance(capabilities));
        if (found is null)
            fault = $"cannot be made: {ways[^1].Fault(capabilities)}";
        return found;
    }

    private static int Pixels(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9]{1,5})x([0-9]{1,5})\z")]
    private static partial Regex Pattern();

    private string? Fault(EngineCapabilities capabilities) => RequestValidator.Faults(
        [new GenerationRequest { Prompt = "-", Width = Width, Height = Height, Enhance = Enhance }], capabilities) is { Count: > 0 } faults
        ? string.Join("; ", faults)
        : null;

    private double Distance(EngineCapabilities capabilities) =>
        Math.Abs(Math.Log2((double)Width * Height / ((double)capabilities.DefaultWidth * capabilities.DefaultHeight)));
}
