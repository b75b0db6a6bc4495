using Aigc.Contracts.Inference.V1;
using Aigc.TestKit;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aigc.GpuHost.Tests.Telemetry;

/// <summary>The real host on free ports, with the shipped model and a store of its own.</summary>
internal sealed class TelemetryHost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WebApplication _app;
    private GrpcChannel? _channel;
    private HttpClient? _probes;

    private TelemetryHost(string[] arguments)
    {
        _app = HostBuilder.Build(
        [
            "--Listen:GrpcPort", "0", "--Store:Folder", _folder.Combine("artifacts"), "--Models:WarmUp", "false",
            "--Logging:LogLevel:Default", "Trace", "--Logging:LogLevel:Microsoft.AspNetCore", "Trace", "--Logging:LogLevel:Grpc", "Trace",
            "--Logging:Console:LogLevel:Default", "None", .. arguments,
        ]);
        _app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }

    /// <summary>All that the host logged, at every level.</summary>
    public LogCollector Log { get; } = new();

    public IServiceProvider Services => _app.Services;

    public Contracts.Inference.V1.Inference.InferenceClient Client => new(_channel);

    public HttpClient Probes => _probes!;

    public GrpcChannel Channel => _channel!;

    public static async Task<TelemetryHost> StartAsync(params string[] arguments)
    {
        var host = new TelemetryHost(arguments);
        await host._app.StartAsync();
        var addresses = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        host._channel = GrpcChannel.ForAddress(addresses[0]);
        host._probes = new HttpClient { BaseAddress = new Uri(addresses[1]) };
        return host;
    }

    /// <summary>A small picture of few steps, without a guidance row: one row a step.</summary>
    public static PictureRequest Picture(long seed, string prompt = "a red heart", int steps = 3) =>
        new() { Prompt = prompt, Seed = seed, Steps = steps, Width = 64, Height = 64, Guidance = 1 };

    public async Task<IReadOnlyList<ChainEvent>> RunAsync(params PictureRequest[] pictures)
    {
        var request = new RunRequest();
        request.Pictures.AddRange(pictures);
        using var call = Client.Run(request);
        var events = new List<ChainEvent>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
            events.Add(response.Event);
        return events;
    }

    /// <summary>What <c>/metrics</c> says now.</summary>
    public async Task<Scrape> ScrapeAsync() => new(await Probes.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        _probes?.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
