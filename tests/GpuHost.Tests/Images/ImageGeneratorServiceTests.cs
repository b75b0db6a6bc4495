using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Imaging;
using static Aigc.GpuHost.Tests.Calls;

namespace Aigc.GpuHost.Tests.Images;

public sealed class ImageGeneratorServiceTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task GenerateImage_Prompt_GivesAPngOfADrawnSeed()
    {
        var client = new ImageGenerator.ImageGeneratorClient(_host.Channel);
        var request = new GenerateImageRequest { Prompt = "a red circle", Width = 64, Height = 96 };
        var (one, two) = (await client.GenerateImageAsync(request), await client.GenerateImageAsync(request));
        var factor = (await _host.Client.DescribeAsync(new DescribeRequest())).Models[0].EnhanceFactor;
        var picture = PictureDecoder.Decode(one.ImageData.Span, 1 << 24);
        Assert.Equal((64 * factor, 96 * factor), (picture.Width, picture.Height));
        Assert.NotEqual(one.ImageData, two.ImageData);
    }

    [Fact]
    public async Task GenerateImage_EveryFieldWrong_NamesThemAll()
    {
        var client = new ImageGenerator.ImageGeneratorClient(_host.Channel);
        var fault = await FaultOf(async () => await client.GenerateImageAsync(new GenerateImageRequest { Width = 65, Height = -1 }));
        Assert.Equal(["prompt", "width", "height"], fault.Fields().Select(static field => field.Split('.')[^1]));
    }
}
