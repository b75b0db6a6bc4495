using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aigc.Api.Generations;

/// <summary>The native routes as endpoints, for hosts that are servers of their own.</summary>
public static class GenerationEndpoints
{
    /// <summary>Adds what the routes need besides an <see cref="IKeyedEngine"/> and an <see cref="IArtifactStore"/>, which the host adds.</summary>
    /// <param name="services">The host's.</param>
    public static IServiceCollection AddGenerations(this IServiceCollection services)
    {
        services.AddMvcCore();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>Maps <see cref="GenerationRoutes"/>.</summary>
    /// <param name="routes">Where.</param>
    public static void MapGenerations(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var (engine, store) = (services.GetRequiredService<IKeyedEngine>(), services.GetRequiredService<IArtifactStore>());
        var time = services.GetRequiredService<TimeProvider>();
        string[] read = ["GET", "HEAD"];
        Map(routes, ["POST"], GenerationRoutes.Generations, request => GenerationsApi.StartAsync(request, engine));
        Map(routes, read, GenerationRoutes.Generations, request => GenerationsApi.ListAsync(request, engine));
        Map(routes, read, GenerationRoutes.Generation, request => GenerationsApi.GetAsync(request, engine, Value(request, "id")));
        Map(routes, ["DELETE"], GenerationRoutes.Generation, request => GenerationsApi.DeleteAsync(request, engine, Value(request, "id")));
        Map(routes, ["POST"], GenerationRoutes.Cancel, request => GenerationsApi.CancelAsync(request, engine, Value(request, "id")));
        Map(routes, ["GET"], GenerationRoutes.Events, request => GenerationsApi.EventsAsync(request, engine, Value(request, "id"), time));
        Map(routes, read, GenerationRoutes.Artifact, request => GenerationsApi.ArtifactAsync(request, store, Value(request, "name")));
    }

    private static string Value(HttpRequest request, string name) => request.RouteValues[name] as string ?? "";

    private static void Map(
        IEndpointRouteBuilder routes, string[] methods, string path, Func<HttpRequest, Task<IActionResult>> run) => routes.MapMethods(
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
