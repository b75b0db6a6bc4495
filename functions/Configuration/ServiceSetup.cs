using Aigc.Api;
using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Functions.Activities;
using Aigc.Functions.Jobs;
using Aigc.Functions.Maintenance;
using Aigc.Inference.Client;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Aigc.Functions.Configuration;

/// <summary>The app's services.</summary>
internal static class ServiceSetup
{
    private const string StorageSetting = "AzureWebJobsStorage";

    // The documents of thousands of jobs, which starting, running and showing a job all read, or the pictures fetched last.
    private const long MemoryCacheBytes = 32 << 20;

    /// <param name="services">The app's.</param>
    /// <param name="configuration">Its settings.</param>
    /// <param name="isDevelopment">Whether requests come from a developer's own machine.</param>
    public static IServiceCollection AddAigc(this IServiceCollection services, IConfiguration configuration, bool isDevelopment)
    {
        services.AddOptions<FunctionsOptions>().Bind(configuration.GetSection("Aigc")).ValidateDataAnnotations()
            .Validate(
                options => options.Container is not null || !string.IsNullOrWhiteSpace(configuration[StorageSetting]),
                $"no store is given: set Aigc:Container to a container's address, or {StorageSetting} to a connection string")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<FunctionsOptions>, FunctionsOptionsValidation>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IArtifactStore>(provider => new CachedArtifactStore(
            Store(provider.GetRequiredService<IOptions<FunctionsOptions>>().Value, configuration, provider.GetRequiredService<TimeProvider>()),
            MemoryCacheBytes));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<FunctionsOptions>>().Value;
            return new RemoteStages(
                provider.GetRequiredService<IArtifactStore>(),
                new RemoteStagesOptions { Hosts = [.. options.GpuHosts], Model = options.Model },
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<IStageExecutor>(provider => provider.GetRequiredService<RemoteStages>());
        services.AddSingleton<IHostMonitor>(provider => provider.GetRequiredService<RemoteStages>());
        services.AddSingleton<IChainPlanner>(provider => new AdaptivePlanner(
            new StageCosts(),
            new LatestLook(provider.GetRequiredService<IHostMonitor>(), provider.GetRequiredService<TimeProvider>()).Look));
        services.AddSingleton(provider => new AccessGate(Access(provider.GetRequiredService<IOptions<FunctionsOptions>>().Value, isDevelopment)));
        services.AddSingleton<Gateway>();
        services.AddSingleton<DurableEngines>();
        services.AddSingleton<ActivityRunner>();
        services.AddSingleton<StageActivity>();
        services.AddSingleton<JobPurge>();
        services.AddSingleton(new DurableEngineOptions());
        return services;
    }

    // Without keys nobody is answered: through Azure's front end even a caller's own address is hearsay.
    private static AccessOptions Access(FunctionsOptions options, bool isDevelopment) => new()
    {
        Keys = [.. options.ApiKeys.Select(key => ApiKey.Parse(key.Key, key.Value, mayBePlain: false))],
        LocalNeedsNoKey = isDevelopment,
        RequestsPerMinute = options.RequestsPerMinute,
        Concurrency = options.Concurrency,
    };

    private static AzureBlobArtifactStore Store(FunctionsOptions options, IConfiguration configuration, TimeProvider time)
    {
        if (options.Container is not { } address)
            return new AzureBlobArtifactStore(new BlobContainerClient(configuration[StorageSetting], options.ContainerName));
        var container = new BlobContainerClient(address, new DefaultAzureCredential());
        var links = options.LinkLife > TimeSpan.Zero
            ? new BlobLinks(container.GetParentBlobServiceClient(), options.LinkLife, time)
            : null;
        return new AzureBlobArtifactStore(container, links);
    }
}
