using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Text.Json;
using OpenAI;
using OpenAI.Images;
using OpenAI.Models;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>The official .NET client against the model that ships.</summary>
public sealed class DotnetClientTests(ModelServer server) : IClassFixture<ModelServer>
{
    private const string Prompt = "a red circle on a blue background";

    [Fact]
    public async Task GenerateImage_NothingButAPrompt_IsAPngOfTheModelsSize()
    {
        var image = await Client().GenerateImageAsync(Prompt);

        Pictures.Decode(image.Value.ImageBytes, "png", 512, 512);
        Assert.Null(image.Value.ImageUri);
    }

    [Theory]
    [InlineData("png", 512, 512)]
    [InlineData("jpeg", 128, 128)]
    [InlineData("webp", 384, 256)]
    public async Task GenerateImages_SeveralOfAFormatAndSize_AreThatManyOfThem(string format, int width, int height)
    {
        var options = new ImageGenerationOptions
        {
            Size = new GeneratedImageSize(width, height),
            OutputFileFormat = new GeneratedImageFileFormat(format),
            ResponseFormat = GeneratedImageFormat.Bytes,
            Quality = GeneratedImageQuality.Auto,
            Background = GeneratedImageBackground.Opaque,
            ModerationLevel = GeneratedImageModerationLevel.Auto,
            EndUserId = "somebody",
        };

        var images = await Client().GenerateImagesAsync(Prompt, 2, options);

        Assert.Equal(2, images.Value.Count);
        Assert.All(images.Value, image => Pictures.Decode(image.ImageBytes, format, width, height));
        Assert.False(images.Value[0].ImageBytes.ToMemory().Span.SequenceEqual(images.Value[1].ImageBytes.ToMemory().Span));
        Assert.Equal(new GeneratedImageFileFormat(format), images.Value.OutputFileFormat);
        Assert.Equal(new GeneratedImageSize(width, height), images.Value.Size);
        Assert.InRange(images.Value.CreatedAt, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(200));
    }

    [Fact]
    public async Task GenerateImages_AsUrls_AreFetchedFromTheServer()
    {
        var options = new ImageGenerationOptions
        {
            ResponseFormat = GeneratedImageFormat.Uri,
            OutputFileFormat = GeneratedImageFileFormat.Webp,
        };

        var images = await Client().GenerateImagesAsync(Prompt, 2, options);

        Assert.All(images.Value, image => Assert.Null(image.ImageBytes));
        Assert.Equal(2, images.Value.Select(image => image.ImageUri).Distinct().Count());
        foreach (var image in images.Value)
        {
            Assert.Equal(server.Address.Authority, image.ImageUri.Authority);
            using var answer = await server.Server.Client.GetAsync(image.ImageUri);
            Assert.Equal("image/webp", answer.Content.Headers.ContentType!.MediaType);
            Pictures.Decode(await answer.Content.ReadAsByteArrayAsync(), "webp", 512, 512);
        }
    }

    [Fact]
    public async Task GenerateImages_Compression_MakesSmallerFiles()
    {
        var sizes = new List<int>();
        foreach (var compression in new[] { 100, 50, 0 })
        {
            var options = new ImageGenerationOptions
            {
                OutputFileFormat = GeneratedImageFileFormat.Jpeg,
                OutputCompressionFactor = compression,
            };
            var image = await Client().GenerateImageAsync(Prompt, options);
            Pictures.Decode(image.Value.ImageBytes, "jpeg", 512, 512);
            sizes.Add(image.Value.ImageBytes.ToMemory().Length);
        }

        Assert.Equal(sizes.OrderDescending(), sizes);
        Assert.Equal(3, sizes.Distinct().Count());
    }

    [Fact]
    public async Task GenerateImages_SameSeed_IsTheSamePicture()
    {
        const string body = """
            {"prompt":"a red circle","seed":7,"num_inference_steps":6,"guidance_scale":3.5,"negative_prompt":"blue","size":"128x128"}
            """;
        var first = await ProtocolAsync(body);
        var again = await ProtocolAsync(body);
        var other = await ProtocolAsync(body.Replace("7,", "8,", StringComparison.Ordinal));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task GenerateImageEdits_APicture_StartFromIt()
    {
        using var image = new MemoryStream(server.Image);
        var options = new ImageEditOptions { Size = new GeneratedImageSize(512, 512), ResponseFormat = GeneratedImageFormat.Bytes };

        var images = await Client().GenerateImageEditsAsync(image, "square.png", "a red square on a white background", 2, options);

        Assert.Equal(2, images.Value.Count);
        Assert.All(images.Value, edited => Pictures.Decode(edited.ImageBytes, "png", 512, 512));
    }

    [Fact]
    public async Task GenerateImageEdit_AMask_IsRefusedAndNotIgnored()
    {
        using var image = new MemoryStream(server.Image);
        using var mask = new MemoryStream(server.Image);

        var refused = await Assert.ThrowsAsync<ClientResultException>(
            () => Client().GenerateImageEditAsync(image, "square.png", Prompt, mask, "mask.png"));

        AssertRefused(refused, 400, "unsupported_parameter", "mask");
    }

    [Fact]
    public async Task GenerateImages_Streamed_ArePartialPicturesAndThenTheWhole()
    {
        var body = BinaryContent.Create(BinaryData.FromString(
            """{"prompt":"two green stars on a black background","stream":true,"partial_images":2,"num_inference_steps":40}"""));
        var result = await Client().GenerateImagesAsync(body, new RequestOptions { BufferResponse = false });
        var events = new List<(string Type, JsonElement Data)>();
        await foreach (var one in SseParser.Create(result.GetRawResponse().ContentStream!).EnumerateAsync())
            events.Add((one.EventType, JsonDocument.Parse(one.Data).RootElement));

        Assert.InRange(events.Count, 2, 3);
        Assert.All(events[..^1], one => Assert.Equal("image_generation.partial_image", one.Type));
        Assert.Equal("image_generation.completed", events[^1].Type);
        Pictures.Decode(events[^1].Data.GetProperty("b64_json").GetBytesFromBase64(), "png", 512, 512);
        Pictures.Decode(events[0].Data.GetProperty("b64_json").GetBytesFromBase64(), "webp", 128, 128);
    }

    [Fact]
    public async Task Models_AreTheLoadedOne()
    {
        var client = new OpenAIModelClient(new ApiKeyCredential("none"), Options());

        var model = Assert.Single((await client.GetModelsAsync()).Value);
        var same = (await client.GetModelAsync(ModelServer.Model)).Value;

        Assert.Equal((ModelServer.Model, ModelServer.Model), (model.Id, same.Id));
        AssertRefused(
            await Assert.ThrowsAsync<ClientResultException>(() => client.GetModelAsync("gpt-image-2")), 404, "model_not_found", "model");
    }

    [Fact]
    public async Task GenerateImage_WhatIsNotHonoured_IsATypedRefusal()
    {
        var other = new ImageClient("dall-e-3", new ApiKeyCredential("none"), Options());
        AssertRefused(await RefusedAsync(other, new ImageGenerationOptions()), 404, "model_not_found", "model");
        AssertRefused(await RefusedAsync(new() { Quality = GeneratedImageQuality.High }), 400, "unsupported_parameter", "quality");
        AssertRefused(await RefusedAsync(new() { Style = GeneratedImageStyle.Vivid }), 400, "unsupported_parameter", "style");
        AssertRefused(
            await RefusedAsync(new() { Background = GeneratedImageBackground.Transparent }), 400, "unsupported_parameter", "background");
        AssertRefused(await RefusedAsync(new() { Size = new GeneratedImageSize(100, 100) }), 400, "invalid_value", "size");
        AssertRefused(await RefusedAsync(new() { OutputCompressionFactor = 50 }), 400, "unsupported_parameter", "output_compression");
    }

    private static void AssertRefused(ClientResultException refused, int status, string code, string param)
    {
        var error = JsonDocument.Parse(refused.GetRawResponse()!.Content).RootElement.GetProperty("error");
        Assert.Equal(status, refused.Status);
        Assert.Equal(
            ("invalid_request_error", code, param),
            (ErrorAnswer.Text(error, "type"), ErrorAnswer.Text(error, "code"), ErrorAnswer.Text(error, "param")));
    }

    private Task<ClientResultException> RefusedAsync(ImageGenerationOptions options) => RefusedAsync(Client(), options);

    private static Task<ClientResultException> RefusedAsync(ImageClient client, ImageGenerationOptions options) =>
        Assert.ThrowsAsync<ClientResultException>(() => client.GenerateImageAsync(Prompt, options));

    private async Task<string> ProtocolAsync(string body)
    {
        var result = await Client().GenerateImagesAsync(BinaryContent.Create(BinaryData.FromString(body)));
        return JsonDocument.Parse(result.GetRawResponse().Content).RootElement.GetProperty("data")[0].GetProperty("b64_json").GetString()!;
    }

    private ImageClient Client() => new(ModelServer.Model, new ApiKeyCredential("none"), Options());

    private OpenAIClientOptions Options() => new() { Endpoint = new Uri(server.Address, "v1") };
}
