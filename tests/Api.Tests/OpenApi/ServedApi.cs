using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;
using Aigc.Standalone.Serve;
using Aigc.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The server that <c>serve</c> builds, on a free port, over an embedded engine and folders of its own.</summary>
internal sealed class ServedApi : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AccessGate _gate;
    private readonly IStageExecutor _stages;
    private readonly WebApplication _web;

    private ServedApi(ServedParts parts)
    {
        Store = parts.Store ?? new FileArtifactStore(_folder.Combine("artifacts"));
        _stages = parts.Stages(Store);
        _gate = new AccessGate(parts.Access);
        var options = new ServeOptions([new Uri("http://127.0.0.1:0")], null, null, _folder.Path, parts.Access);
        var readiness = new ModelReadiness();
        if (parts.Ready)
            readiness.Ready();
        _web = ServeServer.Build(
            options, logger => parts.Engine ?? Embedded(logger), _stages, Monitor(parts), Store, readiness, _gate, TimeProvider.System);
    }

    public IArtifactStore Store { get; }

    /// <summary>Takes answers as they come: it follows no redirect.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The stages, where a test has not chosen others.</summary>
    public StoringStages Storing => (StoringStages)_stages;

    public IKeyedEngine Engine => _web.Services.GetRequiredService<IKeyedEngine>();

    public IEnumerable<RouteEndpoint> Endpoints => _web.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>();

    public static async Task<ServedApi> StartAsync(ServedParts parts)
    {
        var api = new ServedApi(parts);
        var addresses = await ServeServer.StartAsync(api._web);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        api.Client = new HttpClient(handler) { BaseAddress = new Uri(addresses.Single()) };
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
        await _gate.DisposeAsync();
        if (_stages is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        _folder.Dispose();
    }

    private IHostMonitor Monitor(ServedParts parts) => parts.Monitor ?? _stages as IHostMonitor ?? new ScriptedMonitor
    {
        Hosts =
        [
            new HostReport("http://a:1", HostCondition.Up) { QueuedSeconds = 2.5, Running = 3, FreeRows = 10, Devices = ["CUDA 0"] },
            new HostReport("http://b:1", HostCondition.Down) { Why = "connection refused" },
        ],
    };

    private EmbeddedEngine Embedded(ILogger<EmbeddedEngine> logger) =>
        new(_stages, new EmbeddedEngineOptions { Folder = _folder.Combine("jobs") }, TimeProvider.System, logger);
}
