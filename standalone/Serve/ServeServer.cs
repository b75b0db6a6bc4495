using System.Net;
using Aigc.Api;
using Aigc.Api.Access;
using Aigc.Api.Generations;
using Aigc.Api.OpenAi;
using Aigc.Api.OpenApi;
using Aigc.Api.Uploads;
using Aigc.Api.Web;
using Aigc.Artifacts;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aigc.Standalone.Serve;

/// <summary>The HTTP server: what is mounted, in what order, and where it listens.</summary>
internal static class ServeServer
{
    private const string Live = "/healthz";
    private const string Ready = "/readyz";

    // What is under way gets this long: streams and waits end by themselves as soon as the host does.
    private static readonly TimeSpan _shutdown = TimeSpan.FromSeconds(10);

    public static WebApplication Build(
        ServeOptions options,
        Func<ILogger<EmbeddedEngine>, IKeyedEngine> engine,
        IStageExecutor stages,
        IHostMonitor hosts,
        IArtifactStore store,
        ModelReadiness readiness,
        AccessGate gate,
        TimeProvider time)
    {
        // Settings of ASP.NET's own, from files or the environment, play no part.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Limit(kestrel.Limits);
            foreach (var address in options.Addresses)
                Listen(kestrel, address);
        });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // A port that is taken is told in one line, by the command.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _shutdown);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Services.AddRouting();
        builder.Services.AddMetrics();
        builder.Services.AddGenerations().AddSingleton(hosts).AddSingleton(stages).AddSingleton(store).AddSingleton(time);
        // Disposed of with the host, after it has stopped: who follows a job must not hear of the engine's own end.
        builder.Services.AddSingleton(services => engine(services.GetRequiredService<ILogger<EmbeddedEngine>>()));
        var web = builder.Build();
        web.UseProblems();
        gate.Use(web, [Live, Ready, .. WebPage.Paths, .. DocumentEndpoints.Paths]);
        web.UseMetrics();
        web.UseRouting();
        web.MapGet(Live, Text(_ => "alive"));
        web.MapGet(Ready, context => ReadyAsync(context, readiness));
        web.MapGenerations();
        web.MapOpenAi();
        web.MapWebPage();
        web.MapDocument();
        return web;
    }

    /// <summary>Starts listening.</summary>
    /// <returns>Where.</returns>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: an address is taken or none of this machine's.</exception>
    public static async Task<IReadOnlyCollection<string>> StartAsync(WebApplication web)
    {
        try
        {
            await web.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            var message = $"the address is taken, or none of this machine's ({e.Message.TrimEnd('.')}): choose another with --port or --urls";
            throw new FaultException(FaultKind.Unavailable, message, e);
        }

        return [.. web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    // What a caller can hold without having asked for anything that can be answered. Edits raise the first for themselves.
    private static void Limit(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = UploadsApi.MaxBytes + (1 << 20);
        limits.MaxRequestHeadersTotalSize = 32 << 10;
        limits.MaxRequestHeaderCount = 100;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MinRequestBodyDataRate = new(bytesPerSecond: 1 << 10, gracePeriod: TimeSpan.FromSeconds(10));
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MaxConcurrentConnections = 4096;
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, Uri address)
    {
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port);
        else if (address.Port == 0)
            // Two protocols' free ports would be two ports.
            kestrel.Listen(IPAddress.Loopback, 0);
        else
            kestrel.ListenLocalhost(address.Port);
    }

    private static RequestDelegate Text(Func<HttpContext, string> text) => context =>
    {
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text(context), context.RequestAborted);
    };

    private static Task ReadyAsync(HttpContext context, ModelReadiness readiness)
    {
        if (readiness.Waiting is not { } waiting)
            return Text(_ => "ready")(context);
        context.Response.Headers.RetryAfter = "1";
        return Problems.WriteAsync(context, 503, "unavailable", waiting);
    }
}
