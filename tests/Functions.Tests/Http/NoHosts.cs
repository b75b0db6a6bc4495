using Aigc.Pipeline.Hosts;

namespace Aigc.Functions.Tests.Http;

/// <summary>Stages that are no host's.</summary>
internal sealed class NoHosts : IHostMonitor
{
    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken) => new([]);
}
