using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aigc.Api.Access;
using Aigc.Functions.Configuration;
using Aigc.Pipeline.Requests;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Tests.Http;

/// <summary>What only the app adds: which routes there are, and what stands before each.</summary>
public sealed class FunctionsServerTests
{
    private const string Key = "a-key-of-more-than-twenty-characters";

    private static readonly string[] _anyone = ["GET {root:maxlength(0)?}", "GET web/{name}", "GET openapi/v1.json", "GET docs/{file?}"];

    private static AccessOptions Keys =>
        new() { Keys = [new ApiKey("tests", SHA256.HashData(Encoding.UTF8.GetBytes(Key)))], RequestsPerMinute = 100 };

    public static TheoryData<string, string> Routes()
    {
        var data = new TheoryData<string, string>();
        foreach (var (_, trigger) in FunctionsServer.Triggers())
        {
            foreach (var method in trigger.Methods!)
                data.Add(method.ToUpperInvariant(), trigger.Route!);
        }

        return data;
    }

    [Fact]
    public void Triggers_AllRoutes_AreTheApisAndLeaveKeysToTheGateway()
    {
        var triggers = FunctionsServer.Triggers().ToArray();

        Assert.All(triggers, one => Assert.Equal(AuthorizationLevel.Anonymous, one.Trigger.AuthLevel));
        Assert.Superset(
            new HashSet<string>
            {
                "POST api/generations", "GET api/generations", "GET api/generations/{id}", "DELETE api/generations/{id}",
                "GET api/generations/{id}/events", "POST api/generations/{id}/cancel", "GET api/artifacts/{*name}", "POST api/artifacts",
                "POST v1/images/generations", "POST v1/images/edits", "GET v1/models", "GET v1/models/{id}", "GET {root:maxlength(0)?}", "GET web/{name}",
            },
            triggers.SelectMany(one => one.Trigger.Methods!.Select(method => $"{method.ToUpperInvariant()} {one.Trigger.Route}")).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task AnyRoute_NoKey_Is401InTheShapeOfItsApi(string method, string route)
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(app, Keys);

        using var answer = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), Path(route)));

        if (_anyone.Contains($"{method} {route}"))
        {
            Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
            return;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(
            route.StartsWith("v1/", StringComparison.Ordinal) ? "application/json" : "application/problem+json",
            answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task AnyRoute_NoKeysAndNoDevelopment_Is403ForCallersWhoSayTheyAreLocal(string method, string route)
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(app, new AccessOptions { LocalNeedsNoKey = false });

        using var answer = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), Path(route)));

        if (!_anyone.Contains($"{method} {route}"))
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task OpenAi_KeyAsClientsSendIt_MakesAPicture()
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(app, Keys);
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);

        using var answer = await server.Client.PostAsJsonAsync("/v1/images/generations", new { prompt = "a fox", n = 2, response_format = "url" });
        var urls = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").EnumerateArray()
            .Select(one => new Uri(one.GetProperty("url").GetString()!)).ToArray();
        // The stages are made up, and store nothing.
        await app.Store.PutAsync(urls[1].AbsolutePath["/api/artifacts/".Length..], "image/png", new byte[] { 1 });
        using var picture = await server.Client.GetAsync(urls[1]);
        using var models = await server.Client.GetAsync(new Uri("/v1/models", UriKind.Relative));
        using var other = await server.Client.GetAsync(new Uri("/v1/chat/completions", UriKind.Relative));

        Assert.Equal(2, urls.Length);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (picture.StatusCode, models.StatusCode));
        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Contains("unknown_url", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_WithArtifacts_TakesThePicturesToo()
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(app);
        var kept = await app.RunAsync(TestJobs.Of(1));
        var gone = await app.RunAsync(new GenerationJob([new GenerationRequest { Prompt = "an owl", Seed = 5 }]));
        // The stages are made up, and store nothing.
        foreach (var picture in kept.Pictures.Concat(gone.Pictures))
            await app.Store.PutAsync(picture.Picture.Name, picture.Picture.MediaType, new byte[] { 1 });

        using var first = await server.Client.DeleteAsync(new Uri($"/api/generations/{kept.Id}", UriKind.Relative));
        using var second = await server.Client.DeleteAsync(new Uri($"/api/generations/{gone.Id}?artifacts=true", UriKind.Relative));
        using var wrong = await server.Client.DeleteAsync(new Uri($"/api/generations/{gone.Id}?artifacts=all", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, second.StatusCode));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.NotNull(await app.Store.FindAsync(kept.Pictures[0].Picture.Name));
        Assert.Equal([kept.Pictures[0].Picture.Name], (await app.Store.ListAsync("pictures/").ToListAsync()).Select(one => one.Name));
    }

    [Fact]
    public async Task Page_StoreOfItsOwn_IsWhereItMayTakePicturesFrom()
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(
            app, options: new FunctionsOptions { Container = new Uri("https://pictures.blob.core.windows.net/artifacts") });

        using var page = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        using var script = await server.Client.GetAsync(new Uri("/web/page.js", UriKind.Relative));
        using var missing = await server.Client.GetAsync(new Uri("/web/nothing.js", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound), (page.StatusCode, script.StatusCode, missing.StatusCode));
        Assert.Contains(
            "img-src 'self' blob: https://pictures.blob.core.windows.net;",
            Assert.Single(page.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_Picture_IsWhereARequestStartsFrom()
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(app);

        using var answer = await server.Client.PostAsync(new Uri("/api/artifacts", UriKind.Relative), new ByteArrayContent("no picture"u8.ToArray()));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>A path that the route takes: <c>x</c> for what must be there, nothing for what need not.</summary>
    private static Uri Path(string route)
    {
        var parts = route.Split('/').Select(part => part switch
        {
            ['{', .., '?', '}'] => "",
            ['{', ..] => "x",
            _ => part,
        });
        return new Uri($"/{string.Join('/', parts)}", UriKind.Relative);
    }
}
