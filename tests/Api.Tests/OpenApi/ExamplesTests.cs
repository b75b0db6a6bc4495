using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Documented examples, sent to the server with the model that ships.</summary>
public sealed class ExamplesTests(ServedModel model) : IClassFixture<ServedModel>
{
    private static readonly Described _described = Described.ServerAsync().GetAwaiter().GetResult();

    public static TheoryData<string, string, string> Bodies
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (_, _, operation) in _described.Operations.Where(one => one.Operation.TryGetProperty("requestBody", out _)))
                foreach (var media in operation.GetProperty("requestBody").GetProperty("content").EnumerateObject())
                {
                    if (!media.Value.TryGetProperty("examples", out var examples))
                        continue;
                    foreach (var example in examples.EnumerateObject())
                        data.Add(operation.GetProperty("operationId").GetString()!, media.Name, example.Name);
                }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_OfAnExample_IsAnsweredAsDocumented(string id, string type, string example)
    {
        var operation = _described.Operation(id);
        var body = JsonNode.Parse(operation.GetProperty("requestBody").GetProperty("content").GetProperty(type).GetProperty("examples")
            .GetProperty(example).GetProperty("value").GetRawText())!.AsObject();
        // Of a picture that this server does not have.
        if (id == "startGeneration" && body.ContainsKey("image"))
            body["image"] = await UploadAsync();
        using var request = Requests.Plain(id);
        request.Content = type == "application/json" ? Requests.Post("", body.ToJsonString()).Content : Requests.Form(body);
        if (id == "startGeneration")
            request.RequestUri = new Uri("api/generations?wait=60", UriKind.Relative);

        using var answer = await model.Api.Client.SendAsync(request);

        Assert.Empty(await AnswerCheck.FaultsAsync(_described, operation, answer));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(
            body["stream"]?.GetValue<bool>() == true ? "text/event-stream" : "application/json",
            answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Bodies_EveryOperationThatTakesJsonOrAForm_HasAnExample() =>
        Assert.Equal(
            ["editImage", "generateImages", "startGeneration"],
            (await Task.FromResult(Bodies)).Select(row => (string)row[0]).Distinct().Order());

    [Fact]
    public async Task Edit_StreamedWithTheOtherNameOfItsPicture_IsAnsweredAsDocumented()
    {
        using var request = Requests.Plain("editImage");
        request.Content = Requests.Form(new JsonObject
        {
            ["prompt"] = "a red circle",
            ["image[]"] = "",
            ["stream"] = true,
            ["partial_images"] = 1,
            ["n"] = 2,
        });

        using var answer = await model.Api.Client.SendAsync(request);

        Assert.Empty(await AnswerCheck.FaultsAsync(_described, _described.Operation("editImage"), answer));
        var events = await answer.Content.ReadAsStringAsync();
        Assert.Contains("event: image_edit.partial_image", events, StringComparison.Ordinal);
        Assert.Contains("\"image_index\":1", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_FollowedFromItsStart_IsToldAsDocumented()
    {
        using var start = Requests.Post("api/generations", """{"prompt":"a red circle","plan":"split","previews":5}""");
        start.Headers.Add("Idempotency-Key", "order-1042");
        using var started = await model.Api.Client.SendAsync(start);
        Assert.Equal(202, (int)started.StatusCode);
        await CheckAsync("startGeneration", started);
        var id = started.Headers.Location!.ToString().Split('/')[^1];

        using var events = await model.Api.Client.SendAsync(Requests.Plain("followGeneration", id));
        await CheckAsync("followGeneration", events);
        var told = await events.Content.ReadAsStringAsync();
        Assert.All((string[])["status", "preview", "picture", "done"], name =>
            Assert.Contains($"event: {name}\n", told, StringComparison.Ordinal));

        using var job = await model.Api.Client.SendAsync(Requests.Plain("getGeneration", id));
        await CheckAsync("getGeneration", job);
        Assert.True(job.Headers.Contains("Server-Timing"));
        var url = JsonElement.Parse(await job.Content.ReadAsStringAsync()).GetProperty("pictures")[0].GetProperty("url").GetString()!;
        using var part = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = RangeHeaderValue.Parse("bytes=0-1023") } };
        using var picture = await model.Api.Client.SendAsync(part);
        Assert.Equal(206, (int)picture.StatusCode);
        await CheckAsync("getArtifact", picture);
        using var page = await model.Api.Client.GetAsync(new Uri("api/generations?state=completed&limit=10", UriKind.Relative));
        await CheckAsync("listGenerations", page);

        using var forget = Requests.Plain("deleteGeneration", $"{id}?artifacts=true");
        using var forgotten = await model.Api.Client.SendAsync(forget);
        Assert.Equal(204, (int)forgotten.StatusCode);
        await CheckAsync("deleteGeneration", forgotten);
        using var gone = await model.Api.Client.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Fact]
    public async Task Model_ThatShips_IsToldAsInTheExample()
    {
        using var answer = await model.Api.Client.SendAsync(Requests.Plain("getLoadedModel"));

        Assert.Equal(200, (int)answer.StatusCode);
        await CheckAsync("getLoadedModel", answer);
        var example = _described.Operation("getLoadedModel").GetProperty("responses").GetProperty("200").GetProperty("content")
            .GetProperty("application/json").GetProperty("examples").GetProperty("example").GetProperty("value");
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        var documented = JsonNode.Parse(example.GetRawText())!.AsObject();
        // Another with each release of the model.
        foreach (var name in (string[])["digest", "prompts"])
            Assert.True(told.Remove(name) && documented.Remove(name));
        Assert.Equal(documented.ToJsonString(), told.ToJsonString());
    }

    [Fact]
    public async Task Hosts_OfAServerThatIsItsOwn_AreToldAsDocumented()
    {
        using var answer = await model.Api.Client.SendAsync(Requests.Plain("listHosts"));

        Assert.Equal(200, (int)answer.StatusCode);
        await CheckAsync("listHosts", answer);
    }

    [Fact]
    public async Task Job_HeldBeforeItsEnhancement_TellsOfItsBaseAsDocumented()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        var point = api.Storing.Enhancing = new SyncPoint();
        using var started = await api.Client.SendAsync(Requests.Post("api/generations", """{"prompt":"a","plan":"split"}"""));
        await point.WaitForSyncPoint();
        using var events = await api.Client.SendAsync(
            Requests.Plain("followGeneration", started.Headers.Location!.ToString().Split('/')[^1]),
            HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        var told = "";

        while (!told.Contains("event: base\n", StringComparison.Ordinal))
            told += $"{await reader.ReadLineAsync() ?? throw new EndOfStreamException(told)}\n";
        point.Continue();
        told += await reader.ReadToEndAsync();

        events.Content = new StringContent(told, Encoding.UTF8, "text/event-stream");
        await CheckAsync("followGeneration", events);
        Assert.Contains("event: done\n", told, StringComparison.Ordinal);
    }

    private static async Task CheckAsync(string operation, HttpResponseMessage answer) =>
        Assert.Empty(await AnswerCheck.FaultsAsync(_described, _described.Operation(operation), answer));

    private async Task<string> UploadAsync()
    {
        using var answer = await model.Api.Client.SendAsync(Requests.Plain("storePicture"));
        await CheckAsync("storePicture", answer);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("image").GetString()!;
    }
}
