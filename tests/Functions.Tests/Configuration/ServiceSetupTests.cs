using Aigc.Artifacts;
using Aigc.Functions.Activities;
using Aigc.Functions.Configuration;
using Aigc.Functions.Enhancing;
using Aigc.Functions.Jobs;
using Aigc.Functions.Maintenance;
using Aigc.Inference.Client.Resilience;
using Aigc.Pipeline.Enhancing;
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
    [InlineData("EnhanceQueue", "Enhance_1", "EnhanceQueue is no name of a queue")]
    [InlineData("EnhanceQueue", "a--b", "EnhanceQueue is no name of a queue")]
    [InlineData("EnhanceQueue", "eq", "EnhanceQueue is no name of a queue")]
    [InlineData("EnhanceQueue", "a12345678901234567890123456789012345678901234567890123456", "EnhanceQueue is no name of a queue")]
    public void Start_WrongSetting_IsNamedBeforeAnythingIsAnswered(string setting, string value, string expected)
    {
        using var host = Build(new()
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001",
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            [$"Aigc:{setting}"] = value,
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
            ["Aigc:Hosts"] = hosts,
            ["Aigc:Balancing"] = balancing,
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        });

        host.Services.GetRequiredService<IStartupValidator>().Validate();
        await using var stages = host.Services.GetRequiredService<Inference.Client.RemoteStages>();
        Assert.Same(stages, host.Services.GetRequiredService<IStageExecutor>());
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("enhance", null, true)]
    [InlineData("enhance", "AzureWebJobsStorage:accountName", true)]
    [InlineData("enhance", "AzureWebJobsStorage:queueServiceUri", true)]
    public void AddAigc_EnhanceQueue_IsWhatSendsEnhancementsThere(string? queue, string? identity, bool queued)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001",
            ["Aigc:Container"] = "https://127.0.0.1:1/account/artifacts",
            ["Aigc:EnhanceQueue"] = queue,
        };
        settings[identity ?? "AzureWebJobsStorage"] = identity switch
        {
            null => "UseDevelopmentStorage=true",
            "AzureWebJobsStorage:accountName" => "account",
            _ => "https://account.queue.core.windows.net",
        };
        using var host = Build(settings);

        host.Services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal(queued, host.Services.GetService<IEnhanceSender>() is not null);
        Assert.Equal(queued, host.Services.GetRequiredService<DurableEngineOptions>().EnhanceQueued);
        Assert.NotNull(host.Services.GetRequiredService<EnhanceWorker>());
    }

    [Fact]
    public void Start_EnhanceQueueWithoutAnAccount_SaysSo()
    {
        using var host = Build(new()
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001",
            ["Aigc:Container"] = "https://127.0.0.1:1/account/artifacts",
            ["Aigc:EnhanceQueue"] = "enhance",
        });

        var fault = Assert.Throws<OptionsValidationException>(host.Services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains("no account is given for EnhanceQueue", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAigc_Redis_IsWhereEndedJobsAreKept()
    {
        using var host = Build(new()
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001",
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["Aigc:Redis"] = "127.0.0.1:1",
        });

        await using var ended = host.Services.GetRequiredService<EndedJobs>();
        Assert.NotNull(ended);
    }

    [Fact]
    public void AddAigc_Resilience_IsReadAndTheRestIsAsItWas()
    {
        using var host = Build(new()
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001",
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["Aigc:Resilience:Run:Deadline"] = "00:05:00",
            ["Aigc:Resilience:Understand:HedgeAfter"] = "00:00:00.2",
            ["Aigc:Resilience:Breaker:MinimumThroughput"] = "4",
        });

        host.Services.GetRequiredService<IStartupValidator>().Validate();
        var resilience = host.Services.GetRequiredService<IOptions<FunctionsOptions>>().Value.Resilience;
        Assert.Equal(
            new ResilienceOptions
            {
                Run = new StageResilience { Deadline = TimeSpan.FromMinutes(5) },
                Understand = new StageResilience { Hedge = true, HedgeAfter = TimeSpan.FromMilliseconds(200) },
                Breaker = new BreakerOptions { MinimumThroughput = 4 },
            },
            resilience);
    }

    [Fact]
    public void AddAigc_ResilienceIsWrong_SaysWhich()
    {
        using var host = Build(new()
        {
            ["Aigc:GpuHosts:0"] = "http://127.0.0.1:5001",
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["Aigc:Resilience:Run:Hedge"] = "true",
        });

        var refused = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("Resilience: run cannot be hedged", refused.Message, StringComparison.Ordinal);
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
