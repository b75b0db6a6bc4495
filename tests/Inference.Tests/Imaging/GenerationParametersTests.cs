using Aigc.Inference.Imaging;

namespace Aigc.Inference.Tests.Imaging;

public sealed class GenerationParametersTests
{
    private static readonly GenerationParameters _parameters =
        new("a red circle", "blurry, dark", 20, "DDIM", 4, 1, 128, 96, "abcdef1234", "tiny-shapes");

    [Fact]
    public void ToText_AllGiven_ReadsAsTheWebUiWritesIt()
    {
        Assert.Equal(
            "a red circle\nNegative prompt: blurry, dark\n"
            + "Steps: 20, Sampler: DDIM, CFG scale: 4, Seed: 1, Size: 128x96, Model hash: abcdef1234, Model: tiny-shapes",
            _parameters.ToText());
    }

    [Fact]
    public void ToText_NoNegativePrompt_LeavesItsLineOut()
    {
        Assert.StartsWith("a red circle\nSteps: 20, ", (_parameters with { NegativePrompt = "" }).ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToText_ValuesThatWouldSplitTheLine_AreQuoted()
    {
        var text = (_parameters with { GuidanceScale = 7.5, Seed = -9, Model = "shapes, v2: \"tiny\"" }).ToText();

        Assert.Contains("CFG scale: 7.5, Seed: -9, ", text, StringComparison.Ordinal);
        Assert.EndsWith("Model: \"shapes, v2: \\u0022tiny\\u0022\"", text, StringComparison.Ordinal);
    }
}
