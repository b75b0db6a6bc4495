using Aigc.Functions.Activities;
using Aigc.Inference.Client.Telemetry;
using Aigc.Pipeline.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Aigc.Functions.Configuration;

/// <summary>
/// What the worker tells a collector: its part of a request's trace (its invocations, and the calls that it makes to hosts and stores), and
/// the figures of jobs.
/// </summary>
internal static class TelemetrySetup
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Invocations by the worker's own library, calls by the runtime's.
    private static readonly string[] _sources = ["Microsoft.Azure.Functions.Worker", Tracing.SourceName, "System.Net.Http"];

    /// <summary>Exports both where OpenTelemetry's own setting names a collector: spans that nobody collects would cost every call.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[EndpointSetting]))
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("aigc-functions"))
            .WithMetrics(metrics => metrics.AddMeter(PipelineTelemetry.Name, ClientTelemetry.Name).AddOtlpExporter())
            .WithTracing(tracing => tracing.AddSource(_sources).AddOtlpExporter());
        return services;
    }
}
