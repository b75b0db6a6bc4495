using Aigc.Pipeline.Hosts;

namespace Aigc.Api.Tests;

/// <summary>Hosts that are as a test says.</summary>
internal sealed class ScriptedMonitor : IHostMonitor
{
    public IReadOnlyList<HostReport> Hosts { get; set; } = [];

    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken) => new(Hosts);
}
