using Aigc.Api.Access;
using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Api.Tests;

/// <summary>The native routes on a test server, over an embedded engine and a store of files.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AccessGate _gate;
    private readonly WebApplication _web;
    private readonly ILoggerFactory _logs;

    /// <param name="access">Who may ask; null for everybody here.</param>
    /// <param name="time">The clock of keep-alives.</param>
    /// <param name="around">What is put around the engine.</param>
    /// <param name="pathBase">What the host's paths start with.</param>
    /// <param name="logs">Hears all that is logged, however small; null for nobody.</param>
    public ApiHost(
        AccessOptions? access = null,
        TimeProvider? time = null,
        Func<IKeyedEngine, IKeyedEngine>? around = null,
        string? pathBase = null,
        ILoggerProvider? logs = null)
    {
        _logs = logs is null ? NullLoggerFactory.Instance : LoggerFactory.Create(log => log.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        Store = new FileArtifactStore(_folder.Combine("artifacts"));
        Stages = new StoringStages(Store);
        Engine = Open();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_logs);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddGenerations().AddSingleton(around?.Invoke(new Renewed(this)) ?? new Renewed(this));
        builder.Services.AddSingleton<IArtifactStore>(Store).AddSingleton<IStageExecutor>(Stages).AddSingleton<IHostMonitor>(Monitor);
        _gate = new AccessGate(access ?? new AccessOptions());
        _web = builder.Build();
        _web.UseProblems();
        if (pathBase is not null)
            _web.UsePathBase(pathBase);
        _gate.Use(_web, "/open");
        _web.UseRouting();
        _web.MapGet("/open", () => "open");
        _web.MapGenerations();
        // A test server has no port to wait for.
        _web.Start();
        Client = _web.GetTestClient();
    }

    public HttpClient Client { get; }

    public FileArtifactStore Store { get; }

    public StoringStages Stages { get; }

    public ScriptedMonitor Monitor { get; } = new();

    public EmbeddedEngine Engine { get; private set; }

    public IHostApplicationLifetime Lifetime => _web.Lifetime;

    /// <summary>Ends the engine as the end of a process does, and opens another over the same journal.</summary>
    public async Task RestartAsync()
    {
        await Engine.DisposeAsync();
        Engine = Open();
        await Engine.ResumeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
        _logs.Dispose();
        await _gate.DisposeAsync();
        await Engine.DisposeAsync();
        _folder.Dispose();
    }

    private EmbeddedEngine Open() => new(
        Stages, new EmbeddedEngineOptions { Folder = _folder.Combine("jobs") }, TimeProvider.System, _logs.CreateLogger<EmbeddedEngine>());

    /// <summary>Whichever engine there is now.</summary>
    private sealed class Renewed(ApiHost host) : PassingEngine
    {
        protected override IKeyedEngine Inner => host.Engine;
    }
}
