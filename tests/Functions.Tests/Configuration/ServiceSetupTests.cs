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
    [InlineData("ApiKeys:alice", "a key that stands there itself", "key 'alice' is not hashed")]
    [InlineData("ApiKeys:alice", "sha256:12", "key 'alice' is not sha256: and 64 hex digits")]
    [InlineData("LinkLife", "03:00:00", "LinkLife is neither zero nor from 00:02:00 to 01:00:00")]
    [InlineData("Concurrency", "0", "Concurrency")]
    [InlineData("Balancing", "random", "Balancing: balancing 'random' is unknown; known: round_robin, weighted, least_loaded, locality")]
    [InlineData("Compression", "brotli", "Compression: compression 'brotli' is unknown; known: none, gzip, zstd")]
    [InlineData("Hosts", "dns:///gpu", "Hosts: host source 'dns:///gpu' is not a name and a port")]
    [InlineData("Hosts", "dns:///gpu:5001", "GpuHosts and Hosts are both given")]
    [InlineData("Redis", "ssl=perhaps", "Redis is not read")]
    public void Start_WrongSetting_IsNamedBeforeAnythingIsAnswered(string setting, string value, string expected)
    {
        using var host = Build(new()
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001", ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true", [$"Aigc:{setting}"] = value,
        });

        var fault = Assert.Throws<OptionsValidationException>(host.Services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stands there itself", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dns:///gpu.invalid:5001", "locality")]
    [InlineData("file:/nonexistent/hosts.txt", "weighted")]
    [InlineData("http://127.0.0.1:1,http://127.0.0.1:2", "round_robin")]
    public async Task AddAigc_HostsOfASourceAndAPolicy_AreTaken(string hosts, string balancing)
    {
        using var host = Build(new()
        {
            ["Aigc:Hosts"] = hosts, ["Aigc:Balancing"] = balancing, ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        });

        host.Services.GetRequiredService<IStartupValidator>().Validate();
        await using var stages = host.Services.GetRequiredService<Inference.Client.RemoteStages>();
        Assert.Same(stages, host.Services.GetRequiredService<IStageExecutor>());
    }

    [Fact]
    public async Task LinkAsync_ContainerByAddress_IsGivenUnlessItsLifeIsZero()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001",
            ["Aigc:Container"] = "https://127.0.0.1:1/account/artifacts",
            ["Aigc:LinkLife"] = "00:00:00",
        };
        using var host = Build(settings);
        var reference = new ArtifactRef("pictures/a.png", "image/png", 1, new string('0', 64));

        Assert.Null(await ((IArtifactLinks)host.Services.GetRequiredService<IArtifactStore>()).LinkAsync(reference));
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
        builder.Services.AddAigc(builder.Configuration, isDevelopment: true).AddTelemetry(builder.Configuration);
        return builder.Build();
    }
}
