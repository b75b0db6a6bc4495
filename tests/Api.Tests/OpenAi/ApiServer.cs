using System.Text;
using Aigc.Api.Generations;
using Aigc.Api.OpenAi;
using Aigc.Artifacts;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>The API on a real server and a free port, over an embedded engine and folders of its own.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EmbeddedEngine _engine;
    private readonly WebApplication _web;

    private ApiServer(Func<IArtifactStore, IStageExecutor> stages, TimeProvider? time)
    {
        Store = new FileArtifactStore(_folder.Combine("artifacts"));
        Stages = stages(Store);
        _engine = new EmbeddedEngine(
            Stages,
            new EmbeddedEngineOptions { Folder = _folder.Combine("jobs") },
            TimeProvider.System,
            NullLogger<EmbeddedEngine>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddMvcCore();
        builder.Services.AddSingleton<IKeyedEngine>(_engine);
        builder.Services.AddSingleton(Stages);
        builder.Services.AddSingleton(Store);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        _web = builder.Build();
        _web.MapOpenAi();
        _web.MapGet(GenerationRoutes.Artifact, async context =>
        {
            var result = await GenerationsApi.ArtifactAsync(context.Request, Store, (string)context.Request.RouteValues["name"]!);
            await result.ExecuteResultAsync(new ActionContext(context, new RouteData(), new ActionDescriptor()));
        });
    }

    public IArtifactStore Store { get; }

    public IStageExecutor Stages { get; }

    public IPipelineEngine Engine => _engine;

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<ApiServer> StartAsync(Func<IArtifactStore, IStageExecutor> stages, TimeProvider? time = null)
    {
        var server = new ApiServer(stages, time);
        await server._web.StartAsync();
        var addresses = server._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Address = new Uri(addresses.Addresses.Single());
        server.Client = new HttpClient { BaseAddress = server.Address };
        return server;
    }

    public static Task<ApiServer> StartAsync(IStageExecutor stages) => StartAsync(_ => stages);

    /// <summary>Asks for pictures.</summary>
    /// <param name="body">The JSON of the request, or what is no JSON.</param>
    public Task<HttpResponseMessage> GenerateAsync(string body) =>
        Client.PostAsync(OpenAiRoutes.Generations, new StringContent(body, Encoding.UTF8, "application/json"));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
        await _engine.DisposeAsync();
        if (Stages is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        _folder.Dispose();
    }
}
