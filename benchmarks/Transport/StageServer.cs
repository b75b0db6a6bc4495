using System.Net;
using System.Text.Json;
using Aigc.GpuHost;
using Aigc.Inference.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aigc.Benchmarks.Transport;

/// <summary>The server process: every kind of service, on free ports of one address. It ends with its standard input.</summary>
internal static class StageServer
{
    /// <summary>What the line with its addresses begins with.</summary>
    public const string Mark = "addresses ";

    private const int Stages = 3;

    /// <param name="address">An IP address of this machine, or of its network namespace.</param>
    /// <param name="model">The folder of the product's hosts' model.</param>
    /// <param name="store">The folder that the product's hosts share.</param>
    /// <param name="times">What stages compute for.</param>
    public static async Task RunAsync(string address, string model, string store, SpinTimes times)
    {
        var apps = new List<WebApplication>();
        try
        {
            var rest = await StartAsync(apps, () => Rest(address, times)).ConfigureAwait(false);
            var payload = await StartAsync(apps, () => Payload(address, times)).ConfigureAwait(false);
            var hosts = await StartAsync(apps, () => Host(address, model, store, times)).ConfigureAwait(false);
            var addresses = JsonSerializer.Serialize(new ServerAddresses(rest, payload, hosts));
            await Console.Out.WriteLineAsync(Mark + addresses).ConfigureAwait(false);
            while (await Console.In.ReadLineAsync().ConfigureAwait(false) is not null)
            {
            }
        }
        finally
        {
            foreach (var app in apps)
                await app.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<Uri[]> StartAsync(List<WebApplication> apps, Func<WebApplication> build)
    {
        var addresses = new Uri[Stages];
        for (var i = 0; i < Stages; i++)
        {
            var app = build();
            apps.Add(app);
            await app.StartAsync().ConfigureAwait(false);
            addresses[i] = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        }

        return addresses;
    }

    private static WebApplication Rest(string address, SpinTimes times)
    {
        var app = Builder(address, HttpProtocols.Http1, times).Build();
        var stages = app.Services.GetRequiredService<PlainStages>();
        app.MapPost("/understand", (RestText text) => stages.UnderstandAsync(text.Prompt));
        app.MapPost("/generate", (RestEmbedding embedding) => stages.GenerateAsync(embedding.Embedding, embedding.Size));
        app.MapPost("/enhance", (RestPicture picture) => stages.EnhanceAsync(picture.Picture));
        return app;
    }

    private static WebApplication Payload(string address, SpinTimes times)
    {
        var builder = Builder(address, HttpProtocols.Http2, times);
        builder.Services.AddGrpc(static grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        var app = builder.Build();
        app.MapGrpcService<PayloadService>();
        return app;
    }

    private static WebApplication Host(string address, string model, string store, SpinTimes times) => HostBuilder.Build(
        [
            "--Listen:Address", address, "--Listen:GrpcPort", "0", "--Models:Root", model, "--Store:Folder", store,
            "--Admission:MaxQueuedSeconds", "3600",
            "--Models:WarmUp", "false", "--Logging:LogLevel:Default", "Warning", "--Telemetry:JsonLogs", "false",
        ],
        services => services.AddSingleton<Func<ModelFolder, IDiffusionModel>>(folder => new SpinModel(folder, times)));

    private static WebApplicationBuilder Builder(string address, HttpProtocols protocols, SpinTimes times)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(_ => new PlainStages(times));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Parse(address), 0, listen => listen.Protocols = protocols);
        });
        return builder;
    }
}
