using Aigc.Inference.Client.Telemetry;
using Aigc.Pipeline.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Aigc.Standalone.Serve;

/// <summary>The figures of jobs, requests and the runtime, at <c>/metrics</c> and, where OpenTelemetry's own setting names one, to a collector.</summary>
internal static class ServeTelemetry
{
    private const string Path = "/metrics";
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("aigc-standalone"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(PipelineTelemetry.Name, ClientTelemetry.Name).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation();
                // Every scrape sees the figures of its own moment: there are few, and they cost little.
                metrics.AddPrometheusExporter(static prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0);
                if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(EndpointSetting)))
                    metrics.AddOtlpExporter();
            });
        return services;
    }

    public static IApplicationBuilder UseMetrics(this IApplicationBuilder app) => app.UseOpenTelemetryPrometheusScrapingEndpoint(Path);
}
