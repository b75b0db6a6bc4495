using System.Text.Json;
using Aigc.Api.OpenApi;
using Aigc.Api.Web;
using Microsoft.AspNetCore.Routing;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The document's routes are the server's.</summary>
public sealed class RoutesTests
{
    [Fact]
    public async Task Document_Operations_AreTheServersEndpoints()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        var described = await Described.ServerAsync();
        // Pages, and what answers for every path that is not served.
        string[] others = [.. WebPage.Paths, .. DocumentEndpoints.Paths, "/v1/{**path}"];

        var mapped = api.Endpoints.Where(endpoint => !others.Contains(Path(endpoint)))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                .Select(method => $"{method} {Path(endpoint).Replace("{*", "{", StringComparison.Ordinal)}"));

        // Figures are answered before any endpoint is looked for.
        Assert.Equal(mapped.Append("GET /metrics").Order(), described.Operations.Select(one => $"{one.Method} {one.Path}").Order());
    }

    [Fact]
    public async Task Document_PathParameters_AreThoseOfTheTemplate()
    {
        var described = await Described.ServerAsync();

        foreach (var (_, path, operation) in described.Operations)
        {
            var named = path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));
            var parameters = operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : [];
            var inPath = parameters.Where(one => one.GetProperty("in").GetString() == "path");
            Assert.Equal(named, inPath.Select(one => one.GetProperty("name").GetString()));
        }
    }

    [Fact]
    public async Task Document_HostsBeside_DifferInProbesHeadsAndRedirectsAlone()
    {
        var server = await Described.ServerAsync();
        var app = await Described.OfAsync(DocumentedHost.Functions);

        var more = server.Operations.ExceptBy(app.Operations.Select(one => (one.Method, one.Path)), one => (one.Method, one.Path));

        Assert.All(more, one => Assert.True(one.Method == "HEAD" || one.Path is "/healthz" or "/readyz" or "/metrics"));
        foreach (var (_, _, operation) in app.Operations)
        {
            var id = operation.GetProperty("operationId").GetString()!;
            int[] redirects = id == "getArtifact" ? [302] : [];
            Assert.Equal(server.Statuses(id).Concat(redirects).Order(), app.Statuses(id));
        }
    }

    [Fact]
    public async Task Server_MethodThatAPathDoesNotTake_IsRefusedAsTheIntroductionSays()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        var described = await Described.ServerAsync();

        foreach (var path in described.Operations.Where(one => one.Path != "/metrics").GroupBy(one => one.Path))
        {
            var address = path.Key.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Patch, address);
            using var answer = await api.Client.SendAsync(request);
            Assert.Equal((405, "method_not_allowed"), ((int)answer.StatusCode, await CodeAsync(answer)));
            Assert.Superset(path.Select(one => one.Method).ToHashSet(), answer.Content.Headers.Allow.ToHashSet());
        }

        using var native = await api.Client.GetAsync(new Uri("api/nothing", UriKind.Relative));
        using var openAi = await api.Client.GetAsync(new Uri("v1/nothing", UriKind.Relative));
        Assert.Equal((404, "not_found"), ((int)native.StatusCode, await CodeAsync(native)));
        Assert.Equal((404, "unknown_url"), ((int)openAi.StatusCode, await CodeAsync(openAi)));
        var introduction = described.Document.GetProperty("info").GetProperty("description").GetString()!;
        Assert.All((string[])["method_not_allowed", "not_found", "unknown_url"], code =>
            Assert.Contains($"`{code}`", introduction, StringComparison.Ordinal));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return (body.TryGetProperty("error", out var error) ? error.GetProperty("code") : body.GetProperty("title")).GetString();
    }

    private static string Path(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";
}
