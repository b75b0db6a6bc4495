using Aigc.Api.Uploads;
using Aigc.Artifacts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.Api.Web;

/// <summary>The web page as endpoints, for hosts that are servers of their own.</summary>
public static class WebPageEndpoints
{
    /// <summary>Maps the page at the root, its files, and the route by which it hands in pictures to start from.</summary>
    /// <remarks>Needs what <see cref="Generations.GenerationEndpoints.AddGenerations"/> adds and a store.</remarks>
    /// <param name="routes">Where.</param>
    public static void MapWebPage(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var store = routes.ServiceProvider.GetRequiredService<IArtifactStore>();
        foreach (var path in WebPage.Paths)
            routes.MapMethods(path, ["GET", "HEAD"], context => ExecuteAsync(context, WebPage.Get(context.Request, path)));
        routes.MapMethods(UploadsApi.Route, ["POST"], async context =>
        {
            try
            {
                var result = await UploadsApi.StoreAsync(context.Request, store).ConfigureAwait(false);
                await ExecuteAsync(context, result).ConfigureAwait(false);
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is there to be answered.
            }
        });
    }

    private static Task ExecuteAsync(HttpContext context, IActionResult result) =>
        result.ExecuteResultAsync(new ActionContext(context, new RouteData(), new ActionDescriptor()));
}
