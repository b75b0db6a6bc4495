using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Tests.Requests;

public sealed class PictureSpecTests
{
    private static readonly PictureSpec _spec = new(0, "a", "b", 128, 128, 20, 4, 7, "ddim", true, OutputFormat.Png, 90);

    public static TheoryData<PictureSpec> Different =>
    [
        _spec with { Prompt = "A" }, _spec with { Prompt = "a " }, _spec with { NegativePrompt = "" }, _spec with { Width = 136 }, _spec with { Height = 136 },
        _spec with { Steps = 21 }, _spec with { Guidance = 4.0000005f }, _spec with { Seed = 8 }, _spec with { Scheduler = "euler" },
        _spec with { Enhance = false }, _spec with { Format = OutputFormat.Jpeg }, _spec with { Format = OutputFormat.Webp },
        _spec with { Prompt = "a|1:b", NegativePrompt = "" },
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

    [Theory]
    [MemberData(nameof(Different))]
    public void PictureName_AnyInputDiffers_NameDiffers(PictureSpec other) =>
        Assert.NotEqual(ArtifactNames.Picture("m", _spec), ArtifactNames.Picture("m", other));

    [Fact]
    public void PictureName_OtherModel_NameDiffers() => Assert.NotEqual(ArtifactNames.Picture("m", _spec), ArtifactNames.Picture("n", _spec));

    [Fact]
    public void PictureName_OtherPlaceInTheJob_IsTheSame() => Assert.Equal(ArtifactNames.Picture("m", _spec), ArtifactNames.Picture("m", _spec with { Index = 9 }));

    [Fact]
    public void PictureName_PngQuality_PlaysNoPart() => Assert.Equal(ArtifactNames.Picture("m", _spec), ArtifactNames.Picture("m", _spec with { Quality = 10 }));
}
