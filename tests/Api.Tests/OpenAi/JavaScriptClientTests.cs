using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>The official JavaScript client against the model that ships.</summary>
public sealed class JavaScriptClientTests(ModelServer server) : IClassFixture<ModelServer>
{
    private const string Prompt = "a red circle on a blue background";

    [OpenAiClientFact]
    public async Task Generate_NothingButAPrompt_IsAPngOfTheModelsSize()
    {
        var answer = await CallAsync("generate", new { prompt = Prompt });

        Pictures.Decode(Bytes(Assert.Single(answer.GetProperty("data").EnumerateArray())), "png", 512, 512);
        Assert.Equal(("opaque", "png", "512x512"), (Text(answer, "background"), Text(answer, "output_format"), Text(answer, "size")));
        Assert.True(answer.GetProperty("created").GetInt64() > 1_700_000_000);
    }

    [OpenAiClientFact]
    public async Task Generate_SeveralWithEveryParameter_AreThatManyOfThem()
    {
        var answer = await CallAsync("generate", new
        {
            prompt = Prompt,
            model = ModelServer.Model,
            n = 3,
            size = "128x192",
            output_format = "webp",
            output_compression = 80,
            response_format = "b64_json",
            quality = "auto",
            background = "auto",
            moderation = "auto",
            user = "somebody",
            safety_identifier = (string?)null,
            negative_prompt = "green",
            seed = 3,
            num_inference_steps = 4,
            guidance_scale = 2.5,
        });

        var pictures = answer.GetProperty("data").EnumerateArray().Select(Bytes).ToArray();
        Assert.Equal(3, pictures.Length);
        Assert.All(pictures, picture => Pictures.Decode(picture, "webp", 128, 192));
    }

    [OpenAiClientFact]
    public async Task Generate_AsUrl_IsFetchedFromTheServer()
    {
        var body = new { prompt = Prompt, response_format = "url", output_format = "jpeg", size = "256x256" };
        var answer = await CallAsync("generate", body);

        var picture = Assert.Single(answer.GetProperty("data").EnumerateArray());
        Assert.False(picture.TryGetProperty("b64_json", out _));
        Pictures.Decode(await server.Server.Client.GetByteArrayAsync(Text(picture, "url")), "jpeg", 256, 256);
    }

    [OpenAiClientFact]
    public async Task Generate_Streamed_ArePartialPicturesAndThenTheWhole()
    {
        var events = Events(await CallAsync("generateStream", new
        {
            prompt = "three green stars on a black background",
            partial_images = 3,
            num_inference_steps = 40,
            output_format = "jpeg",
        }));

        AssertStream(events, "image_generation", "jpeg");
    }

    [OpenAiClientFact]
    public async Task Generate_StreamedWithoutPartialPictures_IsOneEvent()
    {
        var events = Events(await CallAsync("generateStream", new { prompt = Prompt, partial_images = 0 }));

        Assert.Equal("image_generation.completed", Text(Assert.Single(events), "type"));
    }

    [OpenAiClientFact]
    public async Task Generate_StreamedAgain_IsFoundAndHasNoPartialPictures()
    {
        var body = new { prompt = "one yellow square on a red background", partial_images = 3, seed = 11 };
        var first = Events(await CallAsync("generateStream", body));
        var again = Events(await CallAsync("generateStream", body));

        Assert.Equal(Text(first[^1], "b64_json"), Text(Assert.Single(again), "b64_json"));
    }

    [OpenAiClientFact]
    public async Task Edit_APicture_KeepsMoreOfItTheLessIsMadeAnew()
    {
        // What the picture shows is not what the prompt says, so that the two pull apart.
        var distances = new List<double>();
        foreach (var strength in new[] { 0.1, 1.0 })
        {
            const string Other = "a green star on a black background";
            var body = new { image = server.ImagePath, prompt = Other, strength, size = "128x128", seed = 1 };
            var answer = await CallAsync("edit", body);
            distances.Add(DistanceFromWhite(Pictures.Decode(Bytes(answer.GetProperty("data")[0]), "png", 128, 128).Rgba.Span));
        }

        Assert.True(distances[0] < distances[1] / 2, string.Join(" and ", distances));
    }

    [OpenAiClientFact]
    public async Task Edit_StreamedFromAList_AreEventsOfAnEdit()
    {
        var events = Events(await CallAsync("editStream", new
        {
            image = new[] { server.ImagePath },
            prompt = "a blue square",
            partial_images = 2,
            num_inference_steps = 40,
            n = 1,
            output_format = "webp",
        }));

        AssertStream(events, "image_edit", "webp");
    }

    [OpenAiClientFact]
    public async Task Models_AreTheLoadedOne()
    {
        var model = Assert.Single((await CallAsync("models", new { })).EnumerateArray());
        var same = await CallAsync("model", new { model = ModelServer.Model });
        var none = await CallAsync("model", new { model = "gpt-image-2" });

        Assert.Equal((ModelServer.Model, "model"), (Text(model, "id"), Text(model, "object")));
        Assert.Equal(ModelServer.Model, Text(same, "id"));
        Assert.Equal(("NotFoundError", "model_not_found"), (Text(none, "thrown"), Text(none, "code")));
    }

    [OpenAiClientTheory]
    [InlineData("""{"prompt":""}""", "BadRequestError", "invalid_value", "prompt")]
    [InlineData("""{}""", "BadRequestError", "missing_required_parameter", "prompt")]
    [InlineData("""{"prompt":"a","n":11}""", "BadRequestError", "invalid_value", "n")]
    [InlineData("""{"prompt":"a","n":"two"}""", "BadRequestError", "invalid_type", "n")]
    [InlineData("""{"prompt":"a","quality":"hd"}""", "BadRequestError", "unsupported_parameter", "quality")]
    [InlineData("""{"prompt":"a","colour":"red"}""", "BadRequestError", "unknown_parameter", "colour")]
    [InlineData("""{"prompt":"a","model":"gpt-image-2"}""", "NotFoundError", "model_not_found", "model")]
    public async Task Generate_WhatIsNotHonoured_IsATypedRefusal(string body, string type, string code, string param)
    {
        var thrown = await CallAsync("generate", JsonDocument.Parse(body).RootElement);

        Assert.Equal((type, code, param), Thrown(thrown));
        Assert.Equal("invalid_request_error", Text(thrown, "type"));
    }

    [OpenAiClientFact]
    public async Task Edit_NoPictureOrTwo_IsATypedRefusal()
    {
        var file = RepositoryRoot.Combine("README.md");

        var noPicture = await CallAsync("edit", new { image = file, prompt = Prompt });
        var two = await CallAsync("edit", new { image = new[] { server.ImagePath, server.ImagePath }, prompt = Prompt });

        Assert.Equal(("BadRequestError", "invalid_value", "image"), Thrown(noPicture));
        Assert.Equal(("BadRequestError", "unsupported_parameter", "image"), Thrown(two));
    }

    private static void AssertStream(JsonElement[] events, string prefix, string format)
    {
        Assert.InRange(events.Length, 2, 4);
        foreach (var (i, partial) in events[..^1].Index())
        {
            Assert.Equal(i, partial.GetProperty("partial_image_index").GetInt32());
            Assert.Equal(
                ($"{prefix}.partial_image", "webp", "128x128"),
                (Text(partial, "type"), Text(partial, "output_format"), Text(partial, "size")));
            Pictures.Decode(Bytes(partial), "webp", 128, 128);
        }

        var completed = events[^1];
        Assert.Equal(
            ($"{prefix}.completed", format, "512x512"),
            (Text(completed, "type"), Text(completed, "output_format"), Text(completed, "size")));
        Assert.Equal(("auto", "opaque"), (Text(completed, "quality"), Text(completed, "background")));
        Assert.Equal(0, completed.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.True(completed.GetProperty("created_at").GetInt64() > 1_700_000_000);
        Pictures.Decode(Bytes(completed), format, 512, 512);
    }

    private static (string?, string?, string?) Thrown(JsonElement thrown) =>
        (Text(thrown, "thrown"), Text(thrown, "code"), Text(thrown, "param"));

    private static double DistanceFromWhite(ReadOnlySpan<byte> rgba)
    {
        var sum = 0.0;
        foreach (var value in rgba)
            sum += 255 - value;
        return sum / rgba.Length;
    }

    private Task<JsonElement> CallAsync(string method, object body) => OpenAiClient.CallAsync(server.Address, method, body);

    private static JsonElement[] Events(JsonElement answer)
    {
        Assert.True(answer.ValueKind == JsonValueKind.Array, answer.ToString());
        return [.. answer.EnumerateArray()];
    }

    private static byte[] Bytes(JsonElement picture) => picture.GetProperty("b64_json").GetBytesFromBase64();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
