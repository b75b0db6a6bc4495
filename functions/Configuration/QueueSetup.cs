using System.Text.RegularExpressions;
using Aigc.Functions.Activities;
using Aigc.Functions.Enhancing;
using Aigc.Pipeline.Enhancing;
using Azure.Identity;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.Functions.Configuration;

/// <summary>The queue of enhancements, where one is named.</summary>
internal static partial class QueueSetup
{
    private const string NameSetting = $"Aigc:{nameof(FunctionsOptions.EnhanceQueue)}";
    private const string StorageSetting = "AzureWebJobsStorage";

    // Azure's own 63, less what the second queue's name has more.
    private const int MaxName = 63 - 7;

    /// <summary>Whether a queue is named: then the trigger's own setting is the same one.</summary>
    public static bool IsQueued(IConfiguration configuration) => configuration[NameSetting] is { } name && IsName(name);

    /// <summary>Whether a queue can have the name, and the one beside it too.</summary>
    public static bool IsName(string name) => name.Length <= MaxName && Name().IsMatch(name);

    /// <summary>Whether the storage that triggers use has an address.</summary>
    public static bool HasStorage(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration[StorageSetting]) || Address(configuration) is not null;

    public static IServiceCollection AddEnhanceQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<EnhanceActivity>().AddSingleton<EnhanceWorker>();
        if (!IsQueued(configuration))
            return services;
        services.AddSingleton(_ => new EnhanceQueueClient(Service(configuration), configuration[NameSetting]!));
        return services.AddSingleton<IEnhanceSender>(provider => provider.GetRequiredService<EnhanceQueueClient>());
    }

    private static QueueServiceClient Service(IConfiguration configuration)
    {
        // As the Functions host writes and reads them.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        return Address(configuration) is { } address
            ? new QueueServiceClient(address, new DefaultAzureCredential(), options)
            : new QueueServiceClient(configuration[StorageSetting], options);
    }

    /// <summary>The address where an identity opens it; null for a connection string.</summary>
    private static Uri? Address(IConfiguration configuration)
    {
        var storage = configuration.GetSection(StorageSetting);
        if (!string.IsNullOrWhiteSpace(storage.Value))
            return null;
        return storage["queueServiceUri"] is { Length: > 0 } address ? new Uri(address)
            : storage["accountName"] is { Length: > 0 } account ? new Uri($"https://{account}.queue.core.windows.net")
            : null;
    }

    [GeneratedRegex("^[a-z0-9](?:-?[a-z0-9]){2,}$")]
    private static partial Regex Name();
}
