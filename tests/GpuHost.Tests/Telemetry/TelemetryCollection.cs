namespace Aigc.GpuHost.Tests.Telemetry;

/// <summary>One at a time: what listens to a meter or to spans hears every host of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "Telemetry";
}
