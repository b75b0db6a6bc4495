using Aigc.Api;
using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Caching;
using Aigc.Functions.Activities;
using Aigc.Functions.Jobs;
using Aigc.Functions.Maintenance;
using Aigc.Inference.Client;
using Aigc.Inference.Client.Compression;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aigc.Functions.Configuration;

/// <summary>The app's services.</summary>
internal static class ServiceSetup
{
    private const string StorageSetting = "AzureWebJobsStorage";
    private const string RedisSetting = $"Aigc:{nameof(FunctionsOptions.Redis)}";

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
            .Validate(
                options => options.EnhanceQueue is null || QueueSetup.HasStorage(configuration),
                $"no account is given for EnhanceQueue: set {StorageSetting} to a connection string, or {StorageSetting}__accountName")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<FunctionsOptions>, FunctionsOptionsValidation>();
        services.AddSingleton(TimeProvider.System);
        if (configuration[RedisSetting] is { Length: > 0 } redis && SharedCacheOptions.IsRedis(redis))
        {
            services.AddSharedCache(new SharedCacheOptions { Redis = redis });
            services.AddSingleton(provider => new EndedJobs(
                provider.GetRequiredService<SharedDocuments>(), Container(provider, configuration).Container.Uri.AbsoluteUri));
        }

        services.AddSingleton<IArtifactStore>(provider => new CachedArtifactStore(Store(provider, configuration), MemoryCacheBytes));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<FunctionsOptions>>().Value;
            var log = provider.GetRequiredService<ILogger<RemoteStages>>();
            return new RemoteStages(
                provider.GetRequiredService<IArtifactStore>(), Remote(options, log), provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<IStageExecutor>(provider => provider.GetRequiredService<RemoteStages>());
        services.AddHostedService<HostWarmUp>();
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
        services.AddEnhanceQueue(configuration);
        services.AddSingleton(new DurableEngineOptions { EnhanceQueued = QueueSetup.IsQueued(configuration) });
        return services;
    }

    private static RemoteStagesOptions Remote(FunctionsOptions options, ILogger log) => new()
    {
        Hosts = [.. options.GpuHosts],
        Source = string.IsNullOrWhiteSpace(options.Hosts) ? null : HostSource.Parse(options.Hosts),
        Balancing = BalancingWords.Parse(options.Balancing),
        Compression = CompressionWords.Parse(options.Compression),
        Model = options.Model,
        Resilience = options.Resilience,
        Report = message => HostsLog.Changed(log, message),
    };

    // Without keys nobody is answered: through Azure's front end even a caller's own address is hearsay.
    private static AccessOptions Access(FunctionsOptions options, bool isDevelopment) => new()
    {
        Keys = [.. options.ApiKeys.Select(key => ApiKey.Parse(key.Key, key.Value, mayBePlain: false))],
        LocalNeedsNoKey = isDevelopment,
        RequestsPerMinute = options.RequestsPerMinute,
        Concurrency = options.Concurrency,
    };

    private static IArtifactStore Store(IServiceProvider provider, IConfiguration configuration)
    {
        var (container, links) = Container(provider, configuration);
        var store = new AzureBlobArtifactStore(container, links);
        return provider.GetService<HybridCache>() is { } cache ? new CachedFindStore(store, cache, container.Uri.AbsoluteUri) : store;
    }

    private static (BlobContainerClient Container, BlobLinks? Links) Container(IServiceProvider provider, IConfiguration configuration)
    {
        var options = provider.GetRequiredService<IOptions<FunctionsOptions>>().Value;
        if (options.Container is not { } address)
            return (new BlobContainerClient(configuration[StorageSetting], options.ContainerName), null);
        var container = new BlobContainerClient(address, new DefaultAzureCredential());
        return (container, options.LinkLife > TimeSpan.Zero
            ? new BlobLinks(container.GetParentBlobServiceClient(), options.LinkLife, provider.GetRequiredService<TimeProvider>())
            : null);
    }
}
