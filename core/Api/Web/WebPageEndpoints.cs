using Aigc.Api.Uploads;
using Aigc.Artifacts;
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
            routes.MapAction(["GET", "HEAD"], path, request => Task.FromResult(WebPage.Get(request, path)));
        routes.MapAction(["POST"], UploadsApi.Route, request => UploadsApi.StoreAsync(request, store));
    }
}
