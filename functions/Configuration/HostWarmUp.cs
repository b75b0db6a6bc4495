using Aigc.Inference.Client;
using Microsoft.Extensions.Hosting;

namespace Aigc.Functions.Configuration;

/// <summary>Has the connections to the gpu-hosts opened as the app starts, and not by its first request.</summary>
/// <param name="stages">Connects once it is made.</param>
internal sealed class HostWarmUp(RemoteStages stages) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        GC.KeepAlive(stages);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
