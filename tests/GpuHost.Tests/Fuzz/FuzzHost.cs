using Aigc.TestKit;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>The host as it ships, in this process and behind real sockets, with little room for work.</summary>
public sealed class FuzzHost : IAsyncLifetime, IDisposable
{
    /// <summary>The largest message it takes, in bytes.</summary>
    public const int MaxMessageBytes = 64 << 10;

    private readonly TempFolder _folder = new();
    private WebApplication _app = null!;

    /// <summary>Where it takes calls.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>A channel that sends and takes messages of any size.</summary>
    public GrpcChannel Channel { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _app = HostBuilder.Build(
        [
            "--Listen:GrpcPort", "0", "--Listen:MaxMessageBytes", $"{MaxMessageBytes}",
            "--Store:Folder", _folder.Path, "--Store:MemoryBytes", "1048576",
            "--Admission:MaxQueuedSeconds", "1", "--Limits:MaxPictures", "2",
            "--Logging:LogLevel:Default", "None", "--Logging:LogLevel:Microsoft.AspNetCore", "None",
            "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel", "None", "--Logging:LogLevel:Grpc", "None",
        ]);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
    }

    public async Task DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();
}
