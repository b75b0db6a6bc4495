namespace Aigc.GpuHost.Telemetry;

/// <summary>How the host tells what it does.</summary>
/// <remarks>
/// Metrics are at <c>/metrics</c> on the probe port. Where the environment variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, metrics and
/// traces also go there; OpenTelemetry's other variables hold as well.
/// </remarks>
public sealed record TelemetryOptions
{
    /// <summary>Whether each line of the log is a JSON object.</summary>
    /// <value>The default is null: where standard output is not a terminal.</value>
    public bool? JsonLogs { get; init; }
}
