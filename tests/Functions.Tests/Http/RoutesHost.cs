using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Builder;
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
        builder.Services.AddGenerations().AddSingleton<IKeyedEngine>(app.Engine).AddSingleton<IArtifactStore>(app.Store)
            .AddSingleton<IStageExecutor>(app.Stages).AddSingleton<IHostMonitor, NoHosts>();
        var web = builder.Build();
        web.MapGenerations();
        // A test server has no port to wait for.
        web.Start();
        return new RoutesHost(web);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
    }
}
