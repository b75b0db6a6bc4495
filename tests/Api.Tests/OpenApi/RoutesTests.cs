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

        Assert.Equal(mapped.Order(), described.Operations.Select(one => $"{one.Method} {one.Path}").Order());
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

    private static string Path(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";
}
