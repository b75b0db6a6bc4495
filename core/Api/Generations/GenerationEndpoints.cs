using Aigc.Api.Hosts;
using Aigc.Api.Models;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aigc.Api.Generations;

/// <summary>The native routes as endpoints, for hosts that are servers of their own.</summary>
public static class GenerationEndpoints
{
    /// <summary>
    /// Adds what the routes need besides an <see cref="IKeyedEngine"/>, an <see cref="IArtifactStore"/>, an <see cref="IStageExecutor"/>
    /// and an <see cref="IHostMonitor"/>, which the host adds.
    /// </summary>
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
        routes.MapAction(["POST"], GenerationRoutes.Generations, request => GenerationsApi.StartAsync(request, engine));
        routes.MapAction(read, GenerationRoutes.Generations, request => GenerationsApi.ListAsync(request, engine));
        routes.MapAction(read, GenerationRoutes.Generation, request => GenerationsApi.GetAsync(request, engine, Value(request, "id")));
        routes.MapAction(
            ["DELETE"], GenerationRoutes.Generation, request => GenerationsApi.DeleteAsync(request, engine, store, Value(request, "id")));
        routes.MapAction(["POST"], GenerationRoutes.Cancel, request => GenerationsApi.CancelAsync(request, engine, Value(request, "id")));
        routes.MapAction(["GET"], GenerationRoutes.Events, request => GenerationsApi.EventsAsync(request, engine, Value(request, "id"), time));
        var (stages, hosts) = (services.GetRequiredService<IStageExecutor>(), services.GetRequiredService<IHostMonitor>());
        routes.MapAction(read, GenerationRoutes.Model, request => ModelApi.GetAsync(request, stages));
        routes.MapAction(read, GenerationRoutes.Hosts, request => HostsApi.ListAsync(request, hosts));
        routes.MapAction(read, GenerationRoutes.Artifact, request => GenerationsApi.ArtifactAsync(request, store, Value(request, "name")));
    }

    private static string Value(HttpRequest request, string name) => request.RouteValues[name] as string ?? "";
}
