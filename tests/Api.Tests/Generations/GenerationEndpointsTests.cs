using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.Api.Tests.Generations;

public sealed class GenerationEndpointsTests
{
    [Fact]
    public async Task Start_WaitedFor_AnswersUrlsBelowThePathBaseAndItsTimes()
    {
        await using var host = new ApiHost(pathBase: "/base");

        using var answer = await PostAsync(host, """{"prompt":"a fox","seed":7}""", "base/api/generations?wait=60");

        var json = await JsonAsync(answer);
        var url = json.GetProperty("pictures")[0].GetProperty("url").GetString()!;
        Assert.StartsWith("/base/api/artifacts/pictures/", url, StringComparison.Ordinal);
        var timing = Assert.Single(answer.Headers.GetValues("Server-Timing"));
        Assert.Equal(
            ["queue", "load", "understand", "prepare", "generate", "enhance", "encode", "store", "overhead", "total"],
            timing.Split(", ").Select(part => part.Split(";dur=")[0]));
        Assert.All(timing.Split(", "), part => Assert.True(double.Parse(part.Split(";dur=")[1], CultureInfo.InvariantCulture) >= 0));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        using var picture = await host.Client.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Equal([1, 2, 3, 4, 5], await picture.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Artifact_KnownRangedOrAskedAboutAlone_SendsNoMoreThanAskedFor()
    {
        await using var host = new ApiHost();
        using var made = await PostAsync(host, """{"prompt":"a fox"}""", "api/generations?wait=60");
        var url = (await JsonAsync(made)).GetProperty("pictures")[0].GetProperty("url").GetString()!;

        using var whole = await host.Client.GetAsync(new Uri(url, UriKind.Relative));
        using var known = await SendAsync(host, HttpMethod.Get, url, request => request.Headers.IfNoneMatch.Add(whole.Headers.ETag!));
        using var part = await SendAsync(host, HttpMethod.Get, url, request => request.Headers.Range = new RangeHeaderValue(1, 2));
        using var beyond = await SendAsync(host, HttpMethod.Get, url, request => request.Headers.Range = new RangeHeaderValue(10, 20));
        using var head = await SendAsync(host, HttpMethod.Head, url);

        Assert.Equal("public, max-age=31536000, immutable", Assert.Single(whole.Headers.GetValues("Cache-Control")).Replace("immutable, ", "", StringComparison.Ordinal));
        Assert.Equal((304, 206, 416, 200), ((int)known.StatusCode, (int)part.StatusCode, (int)beyond.StatusCode, (int)head.StatusCode));
        Assert.Equal(whole.Headers.ETag, known.Headers.ETag);
        Assert.Empty(await known.Content.ReadAsByteArrayAsync());
        Assert.Equal([2, 3], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal(5, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Artifact_NameThatIsNoAddress_IsAskedForEachTime()
    {
        await using var host = new ApiHost();
        await host.Store.PutAsync("notes/a.png", "image/png", new byte[] { 1 });

        using var answer = await host.Client.GetAsync(new Uri("api/artifacts/notes/a.png", UriKind.Relative));

        Assert.True(answer.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task Delete_JobRunning_Is409AndOnceEnded204()
    {
        await using var host = new ApiHost();
        var point = host.Stages.Enhancing = new SyncPoint();
        using var started = await PostAsync(host, """{"prompt":"a fox"}""");
        var url = started.Headers.Location!.ToString();
        await point.WaitForSyncPoint();

        using var running = await SendAsync(host, HttpMethod.Delete, url);
        point.Continue();
        await foreach (var _ in host.Engine.WatchAsync(url.Split('/')[^1]))
        {
        }

        using var ended = await SendAsync(host, HttpMethod.Delete, url);
        using var gone = await SendAsync(host, HttpMethod.Delete, url);

        Assert.Equal((409, 204, 404), ((int)running.StatusCode, (int)ended.StatusCode, (int)gone.StatusCode));
    }

    [Fact]
    public async Task List_Pages_AreFollowedByTheirNext()
    {
        await using var host = new ApiHost();
        for (var i = 0; i < 3; i++)
            (await PostAsync(host, """{"prompt":"a fox"}""", "api/generations?wait=60")).Dispose();

        using var first = await host.Client.GetAsync(new Uri("api/generations?limit=2&state=completed", UriKind.Relative));
        var json = await JsonAsync(first);
        using var second = await host.Client.GetAsync(
            new Uri($"api/generations?limit=2&after={json.GetProperty("next").GetString()}", UriKind.Relative));

        Assert.Equal(2, json.GetProperty("generations").GetArrayLength());
        Assert.StartsWith("/api/artifacts/", json.GetProperty("generations")[0].GetProperty("pictures")[0].GetProperty("url").GetString(), StringComparison.Ordinal);
        var rest = await JsonAsync(second);
        Assert.Equal(1, rest.GetProperty("generations").GetArrayLength());
        Assert.False(rest.TryGetProperty("next", out _));
    }

    [Theory]
    [InlineData("GET", "api/generations?limit=0", 400)]
    [InlineData("GET", "api/generations?limit=101", 400)]
    [InlineData("GET", "api/generations?limit=1&limit=2", 400)]
    [InlineData("GET", "api/generations?state=asleep", 400)]
    [InlineData("GET", "api/generations?after=%00", 400)]
    [InlineData("GET", "api/generations?after=djEuOTk5OTk5OTk5OTk5OTk5OTk5OS5h", 400)]
    [InlineData("GET", "api/generations/nothing", 404)]
    [InlineData("GET", "api/generations/%FF", 404)]
    [InlineData("DELETE", "api/generations/nothing", 404)]
    [InlineData("POST", "api/generations/nothing/cancel", 404)]
    [InlineData("GET", "api/artifacts/", 400)]
    [InlineData("GET", "api/artifacts/..%2F..%2Fetc", 400)]
    [InlineData("GET", "api/artifacts/jobs/a.json", 404)]
    [InlineData("GET", "api/artifacts/pictures/none.png", 404)]
    [InlineData("GET", "api/nothing", 404)]
    [InlineData("PATCH", "api/generations", 405)]
    public async Task Request_ThatCannotBeServed_IsAProblemWithASentence(string method, string path, int status)
    {
        await using var host = new ApiHost();

        using var answer = await SendAsync(host, new HttpMethod(method), path);

        await AssertProblemAsync(answer, status);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("\0", 400)]
    [InlineData("""{"prompt":"\ud800"}""", 400)]
    [InlineData("""{"\ud800":"a"}""", 400)]
    [InlineData("""{"prompt":"a","image":"\ud800"}""", 400)]
    [InlineData("""{"prompt":"a","guidance":1e400}""", 400)]
    [InlineData("""{"prompt":"a","seed":1e400}""", 400)]
    [InlineData("""{"prompt":"a","seed":9223372036854775807}""", 400)]
    [InlineData("""{"prompt":"a","n":0.5}""", 400)]
    [InlineData("""{"prompt":"a","image":"http://169.254.169.254/"}""", 400)]
    [InlineData("""{"prompt":{"a":[]}}""", 400)]
    [InlineData("""{"prompt":"a"}""", 415, "text/plain")]
    [InlineData("prompt=a", 415, "application/x-www-form-urlencoded")]
    public async Task Start_BodyThatCannotBeRead_IsAProblemWithASentence(string body, int status, string type = "application/json")
    {
        await using var host = new ApiHost();

        using var answer = await PostAsync(host, body, type: type);

        await AssertProblemAsync(answer, status);
    }

    [Fact]
    public async Task Start_BytesThatAreNoText_AreProblems()
    {
        await using var host = new ApiHost();
        byte[][] bodies = [[0xff, 0xfe], [.. "{\"prompt\":\""u8, 0xc3, 0x28, .. "\"}"u8], [.. "{\""u8, 0xff, .. "\":1}"u8]];
        foreach (var body in bodies)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await host.Client.PostAsync(new Uri("api/generations", UriKind.Relative), content);
            await AssertProblemAsync(answer, 400);
        }
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, int status)
    {
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.NotEmpty((await JsonAsync(answer)).GetProperty("detail").GetString()!);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        ApiHost host, HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        change?.Invoke(request);
        return await host.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> PostAsync(
        ApiHost host, string body, string path = "api/generations", string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await host.Client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync());
}
