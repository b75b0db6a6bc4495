using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace Aigc.Api;

/// <summary>Handlers that Azure Functions calls too, as endpoints of a server of its own.</summary>
internal static class ActionEndpoints
{
    /// <summary>Maps a handler.</summary>
    public static void MapAction(
        this IEndpointRouteBuilder routes, string[] methods, string path, Func<HttpRequest, Task<IActionResult>> run) => routes.MapMethods(
        path,
        methods,
        async context =>
        {
            try
            {
                var result = await run(context.Request).ConfigureAwait(false);
                await result.ExecuteResultAsync(new ActionContext(context, new RouteData(), new ActionDescriptor())).ConfigureAwait(false);
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is there to be answered.
            }
        });
}
