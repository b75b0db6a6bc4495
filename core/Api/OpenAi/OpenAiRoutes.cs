using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.Api.OpenAi;

/// <summary>The paths of the OpenAI Images API, without the leading slash.</summary>
public static class OpenAiRoutes
{
    /// <summary>Where pictures are generated.</summary>
    public const string Generations = "v1/images/generations";

    /// <summary>Where pictures are edited.</summary>
    public const string Edits = "v1/images/edits";

    /// <summary>What is loaded.</summary>
    public const string Models = "v1/models";

    /// <summary>One model.</summary>
    public const string Model = Models + "/{id}";

    /// <summary>Every other path below <c>/v1</c>.</summary>
    public const string Others = "v1/{**path}";

    /// <summary>
    /// Serves the API, over the <see cref="IKeyedEngine"/>, the <see cref="IStageExecutor"/>, the
    /// <see cref="IArtifactStore"/> and the clock, if there is one, of the app's services. Answers with URLs name <c>/api/artifacts</c>,
    /// which is for the app to serve.
    /// </summary>
    public static IEndpointRouteBuilder MapOpenAi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Generations, Run(static (api, request) => api.GenerateAsync(request)));
        routes.MapPost(Edits, Run(static (api, request) => api.EditAsync(request)));
        routes.MapGet(Models, Run(static (api, request) => api.ModelsAsync(request)));
        routes.MapGet(Model, Run(static (api, request) => api.ModelAsync(request, (string)request.RouteValues["id"]!)));
        routes.Map(Others, context => OpenAiApi.Refuse(context.Request).ExecuteAsync(context));
        return routes;
    }

    /// <summary>The method that a path takes; null where it is none of these.</summary>
    internal static string? MethodOf(PathString path)
    {
        var name = path.Value!.TrimStart('/');
        return name switch
        {
            Generations or Edits => HttpMethods.Post,
            Models => HttpMethods.Get,
            _ when name.StartsWith(Models + "/", StringComparison.Ordinal) && name.Length > Models.Length + 1 => HttpMethods.Get,
            _ => null,
        };
    }

    private static RequestDelegate Run(Func<OpenAiApi, HttpRequest, Task<IResult>> run) => async context =>
    {
        var services = context.RequestServices;
        var api = new OpenAiApi(
            services.GetRequiredService<IKeyedEngine>(),
            services.GetRequiredService<IStageExecutor>(),
            services.GetRequiredService<IArtifactStore>(),
            services.GetService<TimeProvider>() ?? TimeProvider.System);
        var result = await run(api, context.Request).ConfigureAwait(false);
        await result.ExecuteAsync(context).ConfigureAwait(false);
    };
}
