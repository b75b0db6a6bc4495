using Aigc.Api.Generations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aigc.Functions.Tests.Http;

/// <summary>
/// The native routes of an app on a test server. The functions themselves take a client that only a Functions host can give.
/// </summary>
internal sealed class RoutesHost : IAsyncDisposable
{
    private readonly WebApplication _web;

    private RoutesHost(WebApplication web) => (_web, Client) = (web, web.GetTestClient());

    public HttpClient Client { get; }

    /// <summary>Serves an app.</summary>
    public static RoutesHost Start(AppHost app)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddMvcCore();
        var web = builder.Build();
        Map(web, "POST", GenerationRoutes.Generations, request => GenerationsApi.StartAsync(request, app.Engine));
        Map(web, "GET", GenerationRoutes.Generation, request => GenerationsApi.GetAsync(request, app.Engine, Value(request, "id")));
        Map(web, "POST", GenerationRoutes.Cancel, request => GenerationsApi.CancelAsync(request, app.Engine, Value(request, "id")));
        Map(web, "GET", GenerationRoutes.Artifact, request => GenerationsApi.ArtifactAsync(request, app.Store, Value(request, "name")));
        // A test server has no port to wait for.
        web.Start();
        return new RoutesHost(web);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
    }

    private static string Value(HttpRequest request, string name) => (string)request.RouteValues[name]!;

    private static void Map(WebApplication web, string method, string path, Func<HttpRequest, Task<IActionResult>> run) => web.MapMethods(
        path,
        [method],
        async context =>
        {
            var result = await run(context.Request);
            await result.ExecuteResultAsync(new ActionContext(context, new RouteData(), new ActionDescriptor()));
        });
}
