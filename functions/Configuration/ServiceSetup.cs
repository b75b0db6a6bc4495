using Aigc.Artifacts;
using Aigc.Functions.Activities;
using Aigc.Functions.Jobs;
using Aigc.Functions.Maintenance;
using Aigc.Inference.Client;
using Aigc.Pipeline.Stages;
using Azure.Identity;
using Azure.Storage.Blobs;
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

    public static IServiceCollection AddAigc(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FunctionsOptions>().Bind(configuration.GetSection("Aigc")).ValidateDataAnnotations()
            .Validate(
                options => options.Container is not null || !string.IsNullOrWhiteSpace(configuration[StorageSetting]),
                $"no store is given: set Aigc:Container to a container's address, or {StorageSetting} to a connection string")
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IArtifactStore>(provider => new CachedArtifactStore(
            Store(provider.GetRequiredService<IOptions<FunctionsOptions>>().Value, configuration), MemoryCacheBytes));
        services.AddSingleton<IStageExecutor>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<FunctionsOptions>>().Value;
            return new RemoteStages(
                provider.GetRequiredService<IArtifactStore>(),
                new RemoteStagesOptions { Hosts = [.. options.GpuHosts], Model = options.Model },
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<ActivityRunner>();
        services.AddSingleton<StageActivity>();
        services.AddSingleton<JobPurge>();
        services.AddSingleton(new DurableEngineOptions());
        return services;
    }

    private static AzureBlobArtifactStore Store(FunctionsOptions options, IConfiguration configuration) => new(
        options.Container is { } address
            ? new BlobContainerClient(address, new DefaultAzureCredential())
            : new BlobContainerClient(configuration[StorageSetting], options.ContainerName));
}
