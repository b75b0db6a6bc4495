using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Costs;
using Aigc.Inference.Stages;
using Grpc.Core;
using static Aigc.GpuHost.Tests.Calls;

namespace Aigc.GpuHost.Tests.Inference;

/// <summary>The stages one by one, against the whole chain on a host with a store of its own.</summary>
public sealed class StagesTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private TestHost _other = null!;

    public async Task InitializeAsync() => (_host, _other) = (await TestHost.StartAsync(), await TestHost.StartAsync());

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnderstandGenerateEnhance_GiveTheBytesOfRun(bool raw)
    {
        var picture = new PictureRequest { Prompt = "a red circle", NegativePrompt = "blue", Seed = 7, Steps = 4 };
        var whole = Assert.Single((await _other.RunAsync(Run(picture))).Pictures());

        var understood = await _host.Client.UnderstandAsync(new UnderstandRequest { Texts = { picture.Prompt, picture.NegativePrompt } });
        Assert.Equal(2, understood.Embeddings.Count);
        using var generating = _host.Client.Generate(new GenerateRequest
        {
            Pictures = { picture },
            Raw = raw,
            Embeddings = { [picture.Prompt] = understood.Embeddings[0], [picture.NegativePrompt] = understood.Embeddings[1] },
        });
        var generated = await generating.AllAsync();
        var drawn = Assert.Single(generated.Pictures());
        Assert.Equal(raw ? "application/vnd.aigc.rgb" : "image/png", ArtifactRef.Parse(drawn.Artifact).MediaType);
        Assert.DoesNotContain(generated[^1].Ledger.Spans, static span => span.Stage == Stage.Understand);
        var enhanced = await _host.Client.EnhanceAsync(new EnhanceRequest { Pictures = { picture }, Bases = { drawn.Artifact } });

        var finished = Assert.Single(enhanced.Pictures);
        Assert.Equal((whole.Artifact, whole.Width), (finished.Artifact, finished.Width));
        Assert.Equal(await _other.BytesAsync(whole.Artifact), await _host.BytesAsync(finished.Artifact));
        Assert.True(finished.Width > drawn.Width);
        Assert.NotEmpty(enhanced.Ledger.Spans);
    }

    [Fact]
    public async Task UnderstandOrPrepare_DeadlineCannotBeMet_IsResourceExhausted()
    {
        var engine = _host.Get<DiffusionEngine>();
        var model = (await engine.Models.Catalog.CardAsync("")).Name;
        engine.Costs.Learn(model, Work.Understand, 0, 6000);
        engine.Costs.Learn(model, Work.Prepare, 64 * 64, 6000);
        var soon = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1);
        var image = (await _host.Store.PutAsync("inputs/image.png", "image/png", Png(64, 64))).ToString();
        var understand = await FaultOf(async () => await _host.Client.UnderstandAsync(new UnderstandRequest { Texts = { "a" } }, deadline: soon));
        var prepare = await FaultOf(async () => await _host.Client.PrepareAsync(
            new PrepareRequest { Pictures = { new PreparePicture { Image = image, Width = 64, Height = 64 } } }, deadline: soon));
        Assert.Equal((StatusCode.ResourceExhausted, StatusCode.ResourceExhausted), (understand.StatusCode, prepare.StatusCode));
    }

    [Fact]
    public async Task Enhance_SeveralPictures_AnswersInTheirOrder()
    {
        PictureRequest[] pictures = [Picture(3), Picture(1), Picture(2)];
        using var generating = _host.Client.Generate(new GenerateRequest { Pictures = { pictures } });
        var bases = (await generating.AllAsync()).Pictures().Select(static picture => picture.Artifact);
        var finished = (await _host.Client.EnhanceAsync(new EnhanceRequest { Pictures = { pictures }, Bases = { bases } })).Pictures;
        Assert.Equal([(0, 3L), (1, 1L), (2, 2L)], finished.Select(static picture => (picture.Picture, picture.Seed)));
    }

    [Fact]
    public async Task Prepare_ThenGenerate_GivesTheBytesOfRunWithTheImage()
    {
        var picture = Picture(5);
        picture.Strength = .5f;
        picture.Image = await PutAsync(_other, Png(90, 120));
        var whole = Assert.Single((await _other.RunAsync(Run(picture))).Pictures());
        Assert.Equal([2], _other.Gate.Steps);

        Assert.Equal(picture.Image, await PutAsync(_host, Png(90, 120)));
        var prepared = await _host.Client.PrepareAsync(new PrepareRequest { Pictures = { new PreparePicture { Image = picture.Image, Width = 64, Height = 64 } } });
        using var generating = _host.Client.Generate(new GenerateRequest { Pictures = { picture }, Latents = { [0] = Assert.Single(prepared.Latents) } });
        var generated = await generating.AllAsync();
        Assert.DoesNotContain(generated[^1].Ledger.Spans, static span => span.Stage == Stage.Prepare);
        var enhanced = await _host.Client.EnhanceAsync(new EnhanceRequest { Pictures = { picture }, Bases = { generated.Pictures()[0].Artifact } });
        Assert.Equal(whole.Artifact, Assert.Single(enhanced.Pictures).Artifact);
    }

    [Fact]
    public async Task Run_OtherInputPicture_IsAnotherPicture()
    {
        var (one, two) = (Picture(5), Picture(5));
        one.Image = await PutAsync(_host, Png(90, 120));
        two.Image = await PutAsync(_host, Png(120, 90));
        var pictures = (await _host.RunAsync(Run(one, two, Picture(5)))).Pictures();
        Assert.Equal(3, pictures.Select(static picture => ArtifactRef.Parse(picture.Artifact).Sha256).Distinct().Count());
    }

    private static async Task<string> PutAsync(TestHost host, byte[] png) =>
        (await host.Store.PutAsync($"inputs/{png.Length}.png", "image/png", png)).ToString();
}
