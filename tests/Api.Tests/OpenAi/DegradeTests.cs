using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>What gave way, on OpenAI's routes.</summary>
public sealed class DegradeTests
{
    private const string GaveWay =
        """[{"what":"enhance","from":"true","to":"false","why":"the queue is full"},"""
        + """{"what":"steps","from":"20","to":"10","why":"the queue is full"}]""";

    [Theory]
    [InlineData("b64_json")]
    [InlineData("url")]
    public async Task Generate_NoRoomForAllSteps_SaysOfThePictureWhatGaveWay(string format)
    {
        await using var server = await ServerAsync();

        var answer = await server.GenerateAsync($$"""{"prompt":"a","response_format":"{{format}}","degrade":["enhance","steps"]}""");

        var picture = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("data")[0];
        Assert.Equal(GaveWay, picture.GetProperty("degraded").GetRawText());
    }

    [Fact]
    public async Task Stream_NoRoomForAllSteps_SaysInTheLastEventWhatGaveWay()
    {
        await using var server = await ServerAsync();

        using var answer = await server.Client.PostAsJsonAsync(
            "v1/images/generations", new { prompt = "a", stream = true, degrade = new[] { "enhance", "steps" } });

        var events = new List<JsonElement>();
        var parser = SseParser.Create(await answer.Content.ReadAsStreamAsync(), (_, bytes) => JsonElement.Parse(bytes));
        await foreach (var one in parser.EnumerateAsync())
            events.Add(one.Data);
        Assert.Equal(GaveWay, Assert.Single(events).GetProperty("degraded").GetRawText());
    }

    [Theory]
    [InlineData("""["bright"]""", "invalid_value", "names 'bright': this service takes enhance, steps, size, model")]
    [InlineData("""[1]""", "invalid_type", "is no list of strings")]
    [InlineData("\"steps\"", "invalid_type", "is no list of strings")]
    [InlineData("""["model"]""", "invalid_value", "is refused: degrade names model, and 'tiny' is the only one here: leave model out")]
    [InlineData("""["size"],"stream":true,"partial_images":1""", "unsupported_parameter", "names 'size' beside 'partial_images'")]
    public async Task Generate_DegradeIsWrong_IsA400OfThatParameter(string degrade, string code, string what)
    {
        await using var server = await ServerAsync();

        var answer = await server.GenerateAsync($$"""{"prompt":"a","degrade":{{degrade}}}""");

        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(
            (400, code, "degrade"),
            ((int)answer.StatusCode, error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.StartsWith($"Parameter 'degrade' {what}", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static Task<ApiServer> ServerAsync() => ApiServer.StartAsync(store => new StoringStages(store) { Room = 10 });
}
