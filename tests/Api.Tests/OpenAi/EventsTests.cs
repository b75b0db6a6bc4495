using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Aigc.Artifacts;
using Aigc.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>Streams, one event at a time.</summary>
public sealed class EventsTests
{
    [Fact]
    public async Task Stream_PreviewsOfAPicture_AreSentAsTheyComeUpToThoseAskedFor()
    {
        var next = new SemaphoreSlim(0);
        ScriptedStages? stages = null;
        await using var server = await ApiServer.StartAsync(store => stages = new ScriptedStages(store, async (making, cancellationToken) =>
        {
            // The last step's is the picture itself.
            foreach (var step in new[] { 5, 10, 15, 20 })
            {
                await making.PreviewAsync(0, step);
                await next.WaitAsync(cancellationToken);
            }
        }));

        var events = new List<JsonElement>();
        var body = new { prompt = "a", stream = true, partial_images = 3, num_inference_steps = 20, seed = 5 };
        await foreach (var one in StreamAsync(server, body))
        {
            Assert.Equal(one.EventType, Text(one.Data, "type"));
            events.Add(one.Data);
            next.Release(events.Count == 3 ? 2 : 1);
        }

        Assert.Equal(5, stages!.Inputs.Single().PreviewEverySteps);
        Assert.Equal(["preview of 0 at 5", "preview of 0 at 10", "preview of 0 at 15", "picture of 5"], events.Select(Content));
        Assert.Equal([0, 1, 2], events[..3].Select(one => one.GetProperty("partial_image_index").GetInt32()));
        Assert.Equal(
            ["type", "b64_json", "created_at", "size", "quality", "background", "output_format", "partial_image_index"],
            events[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            ["type", "b64_json", "created_at", "size", "quality", "background", "output_format", "usage"],
            events[3].EnumerateObject().Select(field => field.Name));
        Assert.Equal(("128x128", "512x512"), (Text(events[0], "size"), Text(events[3], "size")));
    }

    [Theory]
    [InlineData(20, 1, 10)]
    [InlineData(20, 2, 7)]
    [InlineData(7, 3, 2)]
    [InlineData(1, 3, 1)]
    [InlineData(20, 0, 0)]
    public async Task Stream_PartialPictures_AreSpreadOverTheSteps(int steps, int partials, int every)
    {
        ScriptedStages? stages = null;
        await using var server = await ApiServer.StartAsync(store => stages = new ScriptedStages(store, (_, _) => Task.CompletedTask));

        var body = new { prompt = "a", stream = true, partial_images = partials, num_inference_steps = steps };
        await foreach (var one in StreamAsync(server, body))
            Assert.Equal("image_generation.completed", one.EventType);

        Assert.Equal(every, stages!.Inputs.Single().PreviewEverySteps);
    }

    [Fact]
    public async Task Stream_SeveralPictures_SaysWhichEachEventIsOf()
    {
        await using var server = await ApiServer.StartAsync(ScriptedStages.Of((_, _) => Task.CompletedTask));

        var events = new List<JsonElement>();
        await foreach (var one in StreamAsync(server, new { prompt = "a", stream = true, n = 3, seed = 4 }))
            events.Add(one.Data);

        Assert.Equal(["picture of 4", "picture of 5", "picture of 6"], events.OrderBy(Index).Select(Content));
        Assert.Equal([0, 1, 2], events.Select(Index).Order());
    }

    [Fact]
    public async Task Stream_JobFailsAfterAnEvent_EndsWithAnErrorEvent()
    {
        var failing = new SyncPoint();
        await using var server = await ApiServer.StartAsync(ScriptedStages.Of(async (making, cancellationToken) =>
        {
            await making.PreviewAsync(0, 1);
            await failing.WaitToContinue(cancellationToken);
            throw new FaultException(FaultKind.Unavailable, "the device is gone");
        }));

        var events = new List<(string Type, JsonElement Data)>();
        await foreach (var one in StreamAsync(server, new { prompt = "a", stream = true, partial_images = 1 }))
        {
            events.Add((one.EventType, one.Data));
            failing.Continue();
        }

        Assert.Equal(["image_generation.partial_image", "error"], events.Select(one => one.Type));
        var error = events[1].Data.GetProperty("error");
        Assert.Equal(("error", "the device is gone", "unavailable", "server_error"),
            (Text(events[1].Data, "type"), Text(error, "message"), Text(error, "code"), Text(error, "type")));
    }

    [Theory]
    [InlineData(false, "image_generation.completed")]
    [InlineData(true, "error")]
    public async Task Stream_NothingHappens_IsKeptAliveByCommentsThatAreNoEvents(bool fails, string end)
    {
        var making = new SyncPoint();
        var time = new FakeTimeProvider();
        await using var server = await ApiServer.StartAsync(
            ScriptedStages.Of(async (_, cancellationToken) =>
            {
                await making.WaitToContinue(cancellationToken);
                if (fails)
                    throw new FaultException(FaultKind.Unavailable, "the device is gone");
            }),
            time);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/images/generations")
        {
            Content = JsonContent.Create(new { prompt = "a", stream = true }),
        };

        var answering = server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await making.WaitForSyncPoint();
        while (!answering.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        using var answer = await answering;
        making.Continue();
        var text = await answer.Content.ReadAsStringAsync();

        Assert.StartsWith(":\n\n", text, StringComparison.Ordinal);
        Assert.Equal($"event: {end}", Assert.Single(text.Split('\n'), line => line.StartsWith("event: ", StringComparison.Ordinal)));
    }

    [OpenAiClientFact]
    public async Task Stream_JobFailsAfterAnEvent_IsAnExceptionOfTheJavaScriptClient()
    {
        // Two pictures share a call, so the first two are made and sent and the third is not.
        await using var server = await ApiServer.StartAsync(ScriptedStages.Of((making, _) => making.Input.Pictures[0].Index == 0
            ? Task.CompletedTask
            : Task.FromException(new FaultException(FaultKind.Unavailable, "the device is gone"))));

        var thrown = await OpenAiClient.CallAsync(server.Address, "generateStream", new { prompt = "a", n = 3 });

        Assert.Equal(
            ("APIError", "the device is gone", "unavailable", "server_error"),
            (Text(thrown, "thrown"), Text(thrown, "message"), Text(thrown, "code"), Text(thrown, "type")));
    }

    private static async IAsyncEnumerable<SseItem<JsonElement>> StreamAsync(ApiServer server, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/images/generations") { Content = JsonContent.Create(body) };
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.ToString());
        var parser = SseParser.Create(
            await answer.Content.ReadAsStreamAsync(), (_, data) => JsonDocument.Parse(data.ToArray()).RootElement);
        await foreach (var one in parser.EnumerateAsync())
            yield return one;
    }

    private static string Content(JsonElement one) => Encoding.UTF8.GetString(one.GetProperty("b64_json").GetBytesFromBase64());

    private static int Index(JsonElement one) => one.GetProperty("image_index").GetInt32();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
