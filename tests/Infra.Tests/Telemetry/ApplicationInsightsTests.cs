using System.Diagnostics.Metrics;
using Aigc.Functions.Configuration;
using Aigc.GpuHost.Telemetry;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Aigc.Infra.Tests.Telemetry;

/// <summary>The figures that alerts ask for arrive, under the names that they ask by.</summary>
public sealed class ApplicationInsightsTests
{
    private const string Setting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    [Fact]
    public async Task Jobs_ThatFailed_AreToldWithTheirState()
    {
        await using var endpoint = await IngestionEndpoint.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var app = new ServiceCollection().AddLogging().AddTelemetry(Configuration(endpoint)).BuildServiceProvider();
        var meters = app.GetRequiredService<MeterProvider>();

        PipelineTelemetry.JobEnded(JobState.Failed, null, null);
        meters.ForceFlush();

        var line = await endpoint.HearAsync(patience.Token, "\"aigc.jobs\"");
        Assert.Contains("\"aigc.job.state\":\"failed\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueuedCompute_OfAHost_IsToldThoughItIsNothing()
    {
        await using var endpoint = await IngestionEndpoint.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(Configuration(endpoint));
        builder.AddTelemetry(new TelemetryOptions());
        await using var host = builder.Services.BuildServiceProvider();
        var meters = host.GetRequiredService<MeterProvider>();
        using var meter = new Meter(HostTelemetry.Name);
        meter.CreateObservableGauge("aigc.queue.compute", static () => 0.0);

        meters.ForceFlush();

        var line = await endpoint.HearAsync(patience.Token, "\"aigc.queue.compute\"");
        Assert.Contains("\"value\":0", line, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutItsSetting_NothingIsMeasured()
    {
        var services = new ServiceCollection().AddTelemetry(new ConfigurationBuilder().Build());

        Assert.Empty(services);
    }

    private static IConfiguration Configuration(IngestionEndpoint endpoint) =>
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(Setting, (string?)endpoint.ConnectionString)]).Build();
}
