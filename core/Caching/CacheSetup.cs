using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Aigc.Caching;

/// <summary>The services of a cache.</summary>
public static class CacheSetup
{
    // A key is a name of an artifact, or as long.
    private const int MaxKeyLength = 1024;

    /// <summary>
    /// Adds a <see cref="HybridCache"/>: in memory, and in Redis where one is named. A Redis that is slow, full or gone costs a request its
    /// <see cref="SharedCacheOptions.Timeout"/> at most, and never fails it.
    /// Where one is named, <see cref="SharedDocuments"/> in it too.
    /// </summary>
    /// <param name="services">The host's.</param>
    /// <param name="options">What is shared.</param>
    /// <exception cref="ArgumentException"><see cref="SharedCacheOptions.Redis"/> cannot be read.</exception>
    public static IServiceCollection AddSharedCache(this IServiceCollection services, SharedCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Redis is not null)
        {
            var configuration = Configuration(options);
            services.AddStackExchangeRedisCache(redis =>
            {
                redis.ConfigurationOptions = configuration;
                redis.InstanceName = options.KeyPrefix;
            });
            services.AddSingleton(provider => new SharedDocuments(provider.GetRequiredService<IDistributedCache>(), options));
        }

        services.AddHybridCache(hybrid =>
        {
            hybrid.MaximumKeyLength = MaxKeyLength;
            hybrid.MaximumPayloadBytes = options.MaxPayloadBytes;
            hybrid.DefaultEntryOptions = new HybridCacheEntryOptions { Expiration = options.Life, LocalCacheExpiration = options.LocalLife };
        });
        return services;
    }

    private static ConfigurationOptions Configuration(SharedCacheOptions options)
    {
        var configuration = ConfigurationOptions.Parse(options.Redis!);
        var timeout = (int)options.Timeout.TotalMilliseconds;
        // A process starts without it, and goes on trying.
        configuration.AbortOnConnectFail = false;
        // What cannot be sent now is not waited for.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        (configuration.AsyncTimeout, configuration.SyncTimeout) = (timeout, timeout);
        configuration.ConnectTimeout = Math.Max(timeout, 1000);
        return configuration;
    }
}
