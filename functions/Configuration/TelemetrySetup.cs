using Aigc.Functions.Activities;
using Aigc.Inference.Client.Telemetry;
using Aigc.Pipeline.Telemetry;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
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
    private const string InsightsSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string IdentitySetting = "AZURE_CLIENT_ID";

    // Invocations by the worker's own library, calls by the runtime's.
    private static readonly string[] _sources = ["Microsoft.Azure.Functions.Worker", Tracing.SourceName, "System.Net.Http"];

    /// <summary>
    /// Exports both where OpenTelemetry's own setting names a collector, and to Application Insights where its setting has a connection
    /// string: spans that nobody collects would cost every call.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var collected = !string.IsNullOrWhiteSpace(configuration[EndpointSetting]);
        var insights = configuration[InsightsSetting];
        if (!collected && string.IsNullOrWhiteSpace(insights))
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("aigc-functions"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(PipelineTelemetry.Name, ClientTelemetry.Name);
                if (collected)
                    metrics.AddOtlpExporter();
                if (!string.IsNullOrWhiteSpace(insights))
                    metrics.AddAzureMonitorMetricExporter(options => Sign(options, insights, configuration));
            })
            .WithTracing(tracing =>
            {
                tracing.AddSource(_sources);
                if (collected)
                    tracing.AddOtlpExporter();
                if (!string.IsNullOrWhiteSpace(insights))
                    tracing.AddAzureMonitorTraceExporter(options => Sign(options, insights, configuration));
            });
        return services;
    }

    // Where an identity is named, telemetry is signed in with it: Azure then takes no other.
    private static void Sign(AzureMonitorExporterOptions options, string insights, IConfiguration configuration)
    {
        options.ConnectionString = insights;
        options.DisableOfflineStorage = true;
        if (configuration[IdentitySetting] is { Length: > 0 })
            options.Credential = new DefaultAzureCredential();
    }
}
