using Aigc.Artifacts;
using Aigc.Functions.Activities;
using Aigc.Functions.Configuration;
using Aigc.Functions.Maintenance;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace Aigc.Functions.Tests.Configuration;

public sealed class ServiceSetupTests
{
    [Fact]
    public void AddAigc_HostsAndStorage_GivesWhatFunctionsTake()
    {
        using var host = Build(new() { ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001", ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true" });

        Assert.NotNull(host.Services.GetRequiredService<IArtifactStore>());
        Assert.NotNull(host.Services.GetRequiredService<IStageExecutor>());
        Assert.NotNull(host.Services.GetRequiredService<StageActivity>());
        Assert.NotNull(host.Services.GetRequiredService<JobPurge>());
    }

    [Fact]
    public void Start_NothingIsSet_SaysWhatIsMissing()
    {
        using var host = Build([]);

        // Not a start of the whole: the worker's own first step is to connect to a Functions host.
        var fault = Assert.Throws<OptionsValidationException>(host.Services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains("GpuHosts", fault.Message, StringComparison.Ordinal);
        Assert.Contains("no store is given", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("http://127.0.0.1:4317", true)]
    public void AddTelemetry_Collector_IsWhatTurnsTracesOn(string? endpoint, bool traced)
    {
        using var host = Build(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint });

        Assert.Equal(traced, host.Services.GetService<TracerProvider>() is not null);
    }

    private static Microsoft.Extensions.Hosting.IHost Build(Dictionary<string, string?> settings)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddAigc(builder.Configuration).AddTelemetry(builder.Configuration);
        return builder.Build();
    }
}
