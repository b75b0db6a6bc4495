using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Jobs;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx;
using Aigc.TestKit;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aigc.GpuHost.Tests;

/// <summary>The real host in this process, with the shipped model and a store of its own, behind real sockets.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WebApplication _app;

    private TestHost(IEnumerable<string> settings)
    {
        string[] args = ["--Listen:GrpcPort", "0", "--Store:Folder", _folder.Path, "--Models:WarmUp", "false", .. settings];
        _app = HostBuilder.Build(args, services =>
        {
            services.AddLogging(static logging => logging.ClearProviders());
            services.AddSingleton<Func<ModelFolder, IDiffusionModel>>(folder => Gate.Before(OnnxDiffusionModel.Load(folder, new OnnxRuntimeOptions())));
        });
        Store = new FileArtifactStore(_folder.Path);
    }

    public StepGate Gate { get; } = new();

    /// <summary>The host's folder, as another process sees it.</summary>
    public FileArtifactStore Store { get; }

    public GrpcChannel Channel { get; private set; } = null!;

    public Uri Probes { get; private set; } = null!;

    public Aigc.Contracts.Inference.V1.Inference.InferenceClient Client => new(Channel);

    public JobRegistry Jobs => Get<JobRegistry>();

    /// <summary>One of the host's own parts.</summary>
    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<TestHost> StartAsync(params IEnumerable<string> settings)
    {
        var host = new TestHost(settings);
        await host._app.StartAsync();
        var addresses = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        host.Channel = GrpcChannel.ForAddress(addresses[0], new GrpcChannelOptions { MaxReceiveMessageSize = null });
        host.Probes = new Uri(addresses[1]);
        return host;
    }

    /// <summary>Ends the host as a signal does.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Where an artifact's bytes lie.</summary>
    public string PathOf(string reference) => _folder.Combine(ArtifactRef.Parse(reference).Name);

    public async Task<byte[]> BytesAsync(string reference) => (await Store.ReadAsync(ArtifactRef.Parse(reference))).ToArray();

    /// <summary>Everything that a Run says.</summary>
    public async Task<List<ChainEvent>> RunAsync(RunRequest request)
    {
        using var call = Client.Run(request);
        return await call.AllAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Channel?.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
