using Aigc.Api.OpenAi;
using Aigc.Conformance;

namespace Aigc.Api.Tests.OpenAi;

public sealed class PictureSizeTests
{
    // The model's own size is 128x128, its enhancer makes pictures four times as wide and high, and sides are 64 to 512.
    [Theory]
    [InlineData("auto", 128, 128, true)]
    [InlineData("512x512", 128, 128, true)]
    [InlineData("128x128", 128, 128, false)]
    [InlineData("256x256", 64, 64, true)]
    [InlineData("1024x1024", 256, 256, true)]
    [InlineData("2048x2048", 512, 512, true)]
    [InlineData("136x128", 136, 128, false)]
    [InlineData("1536x1024", 384, 256, true)]
    public void Find_ASize_IsMadeNearestToTheModelsOwn(string text, int width, int height, bool enhance) =>
        Assert.Equal(new PictureSize(width, height, enhance), PictureSize.Find(text, ConformanceStages.Tiny, out _));

    [Theory]
    [InlineData("128x128", 128, 128)]
    [InlineData("512x512", 512, 512)]
    [InlineData("auto", 128, 128)]
    public void Find_ModelWithoutAnEnhancer_IsMadeAsItIs(string text, int width, int height) => Assert.Equal(
        new PictureSize(width, height, Enhance: false),
        PictureSize.Find(text, ConformanceStages.Tiny with { EnhanceFactor = 0 }, out _));

    [Theory]
    [InlineData("128x100", "cannot be made: height 100 is not a multiple of 8: the nearest is 104")]
    [InlineData("4096x4096", "cannot be made: width 4096 is above 512; height 4096 is above 512")]
    [InlineData("0x0", "cannot be made: width 0 is below 64; height 0 is below 64")]
    [InlineData("512", "is neither 'auto' nor a width and height, as in 512x512")]
    [InlineData("512X512", "is neither 'auto' nor a width and height, as in 512x512")]
    [InlineData("999999999999x1", "is neither 'auto' nor a width and height, as in 512x512")]
    [InlineData("", "is neither 'auto' nor a width and height, as in 512x512")]
    public void Find_NoSuchSize_SaysWhy(string text, string expected)
    {
        Assert.Null(PictureSize.Find(text, ConformanceStages.Tiny, out var fault));
        Assert.Equal(expected, fault);
    }
}
