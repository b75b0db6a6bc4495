using Aigc.Pipeline.Hosts;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>A monitor that can do nothing.</summary>
internal sealed class FaultyMonitor(Exception fault) : IHostMonitor
{
    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken) => throw fault;
}
