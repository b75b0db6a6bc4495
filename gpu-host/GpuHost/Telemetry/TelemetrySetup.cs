using Aigc.GpuHost.Probes;
using Aigc.Inference.Chain;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Aigc.GpuHost.Telemetry;

/// <summary>Where telemetry goes: metrics to <c>/metrics</c>, metrics and traces to an OTLP endpoint where one is named, logs to standard output.</summary>
internal static class TelemetrySetup
{
    private const string ServiceName = "aigc-gpu-host";
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetryOptions options)
    {
        if (options.JsonLogs ?? Console.IsOutputRedirected)
            builder.Logging.AddJsonConsole(static json => json.UseUtcTimestamp = true);
        builder.Services.AddSingleton<HostTelemetry>();
        builder.Services.AddSingleton<IChainLog>(static provider => provider.GetRequiredService<HostTelemetry>());
        var exported = !string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpoint]);
        var version = typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: version))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(HostTelemetry.Name).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation();
                // Every scrape sees the figures of its own moment: there are few, and they cost little.
                metrics.AddPrometheusExporter(static prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0);
                if (exported)
                    metrics.AddOtlpExporter();
            });
        // Spans that nobody collects would cost every call.
        if (exported)
        {
            telemetry.WithTracing(static tracing => tracing
                .AddSource(HostTelemetry.Name)
                .AddAspNetCoreInstrumentation(static http => http.Filter = static context => !Listeners.IsProbe(context))
                .AddOtlpExporter());
        }
    }

    /// <summary>Answers <c>/metrics</c> with the newest figures.</summary>
    public static IApplicationBuilder UseMetrics(this IApplicationBuilder probes) => probes.UseOpenTelemetryPrometheusScrapingEndpoint("/metrics");
}
