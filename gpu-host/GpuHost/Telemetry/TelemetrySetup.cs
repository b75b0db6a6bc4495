using Aigc.GpuHost.Probes;
using Aigc.Inference.Chain;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Aigc.GpuHost.Telemetry;

/// <summary>
/// Where telemetry goes: metrics to <c>/metrics</c>, metrics and traces to an OTLP endpoint and to Application Insights where they are
/// named, logs to standard output.
/// </summary>
internal static class TelemetrySetup
{
    private const string ServiceName = "aigc-gpu-host";
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Identity = "AZURE_CLIENT_ID";

    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetryOptions options)
    {
        if (options.JsonLogs ?? Console.IsOutputRedirected)
            builder.Logging.AddJsonConsole(static json => json.UseUtcTimestamp = true);
        builder.Services.AddSingleton<HostTelemetry>();
        builder.Services.AddSingleton<IChainLog>(static provider => provider.GetRequiredService<HostTelemetry>());
        var insights = builder.Configuration[Insights];
        var monitored = !string.IsNullOrWhiteSpace(insights);
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
                if (monitored)
                    metrics.AddAzureMonitorMetricExporter(options => Sign(options, insights, builder.Configuration));
            });
        // Spans that nobody collects would cost every call.
        if (!exported && !monitored)
            return;
        telemetry.WithTracing(tracing =>
        {
            tracing
                .AddSource(HostTelemetry.Name)
                .AddAspNetCoreInstrumentation(static http => http.Filter = static context => !Listeners.IsProbe(context));
            if (exported)
                tracing.AddOtlpExporter();
            if (monitored)
                tracing.AddAzureMonitorTraceExporter(options => Sign(options, insights, builder.Configuration));
        });
    }

    // Where an identity is named, telemetry is signed in with it: Azure then takes no other. A replica's disk is gone with it.
    private static void Sign(AzureMonitorExporterOptions options, string? insights, ConfigurationManager configuration)
    {
        options.ConnectionString = insights;
        options.DisableOfflineStorage = true;
        if (configuration[Identity] is { Length: > 0 })
            options.Credential = new DefaultAzureCredential();
    }

    /// <summary>Answers <c>/metrics</c> with the newest figures.</summary>
    public static IApplicationBuilder UseMetrics(this IApplicationBuilder probes) => probes.UseOpenTelemetryPrometheusScrapingEndpoint("/metrics");
}
