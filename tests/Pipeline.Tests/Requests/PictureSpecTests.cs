using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Tests.Requests;

public sealed class PictureSpecTests
{
    private static readonly PictureSpec _spec = new(0, "a", "b", 128, 128, 20, 4, 7, "ddim", true, OutputFormat.Png, 90);

    private static readonly ArtifactRef _image = new("uploads/a.png", "image/png", 1, new string('a', 64));

    public static TheoryData<PictureSpec> Different =>
    [
        _spec with { Prompt = "A" }, _spec with { Prompt = "a " }, _spec with { NegativePrompt = "" }, _spec with { Width = 136 }, _spec with { Height = 136 },
        _spec with { Steps = 21 }, _spec with { Guidance = 4.0000005f }, _spec with { Seed = 8 }, _spec with { Scheduler = "euler" },
        _spec with { Enhance = false }, _spec with { Format = OutputFormat.Jpeg }, _spec with { Format = OutputFormat.Webp },
        _spec with { Prompt = "a|1:b", NegativePrompt = "" }, _spec with { Image = _image },
    ];

    [Fact]
    public void Expand_SeveralRequests_KeepsTheirOrderAndCountsSeedsUp()
    {
        var specs = PictureSpec.Expand(
            [new GenerationRequest { Prompt = "x", Count = 2, Seed = 5 }, new GenerationRequest { Prompt = "y", Seed = 5, Enhance = false, Width = 64 }], TestCapabilities.Tiny);
        Assert.Equal([(0, "x", 5L), (1, "x", 6L), (2, "y", 5L)], specs.Select(s => (s.Index, s.Prompt, s.Seed)));
        Assert.Equal((128, 4, 4f, "ddim", true), (specs[0].Width, specs[0].Steps, specs[0].Guidance, specs[0].Scheduler, specs[0].Enhance));
        Assert.Equal((64, 128, false), (specs[2].Width, specs[2].Height, specs[2].Enhance));
    }

    [Fact]
    public void Expand_Image_EachPictureHasItWithItsStrengthOrTheDefault()
    {
        var request = new GenerationRequest { Prompt = "x", Count = 2, Seed = 5, Image = _image };
        var specs = PictureSpec.Expand([request, request with { Count = 1, Strength = .3f }], TestCapabilities.ImageToImage);
        Assert.Equal([(_image, .8f), (_image, .8f), (_image, .3f)], specs.Select(s => (s.Image!, s.Strength)));
    }

    [Theory]
    [MemberData(nameof(Different))]
    public void PictureName_AnyInputDiffers_NameDiffers(PictureSpec other) =>
        Assert.NotEqual(_spec.Name("m"), other.Name("m"));

    [Fact]
    public void PictureName_OtherModel_NameDiffers() => Assert.NotEqual(_spec.Name("m"), _spec.Name("n"));

    [Fact]
    public void PictureName_OtherPlaceInTheJob_IsTheSame() => Assert.Equal(_spec.Name("m"), (_spec with { Index = 9 }).Name("m"));

    [Fact]
    public void PictureName_OtherStrength_CountsOnlyWithAnImage()
    {
        var withImage = _spec with { Image = _image };
        Assert.NotEqual(withImage.Name("m"), (withImage with { Strength = .5f }).Name("m"));
        Assert.Equal(_spec.Name("m"), (_spec with { Strength = .5f }).Name("m"));
    }

    // Pictures stored by releases before this one must still be found.
    [Fact]
    public void PictureName_NoImage_IsWhatItAlwaysWas() => Assert.Equal("pictures/b0/b01b16030b886a18d0bc69ad07db11b99dc99cfe44af56c441ec79fa2866fbed.png", _spec.Name("m"));

    [Fact]
    public void PictureName_PngQuality_PlaysNoPart() => Assert.Equal(_spec.Name("m"), (_spec with { Quality = 10 }).Name("m"));
}
