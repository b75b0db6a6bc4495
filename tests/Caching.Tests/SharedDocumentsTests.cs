using System.Text;
using Aigc.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.Caching.Tests;

public sealed class SharedDocumentsTests(RedisFixture redis) : IClassFixture<RedisFixture>, IDisposable
{
    // Long past any answer here, and short of how long a Redis is held up.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private readonly List<ServiceProvider> _processes = [];
    private readonly string _key = Guid.NewGuid().ToString("n");

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Dispose();
    }

    [RedisFact]
    public async Task Keep_Returned_IsFoundByAnotherProcess()
    {
        await Open().KeepAsync(_key, "one"u8.ToArray());

        Assert.Equal("one", Encoding.UTF8.GetString((await Open().FindAsync(_key))!));
    }

    [RedisFact]
    public async Task Forget_KeptAndReadElsewhere_IsForgottenThereToo()
    {
        var (one, other) = (Open(), Open());
        await one.KeepAsync(_key, "one"u8.ToArray());
        Assert.NotNull(await other.FindAsync(_key));

        await one.ForgetAsync(_key);

        Assert.Null(await other.FindAsync(_key));
    }

    [RedisFact]
    public async Task Keep_Life_IsTheEntrysOwn()
    {
        await Open().KeepAsync(_key, "one"u8.ToArray());

        var left = await redis.CommandAsync("TTL", $"aigc:{_key}");

        var seconds = int.Parse(left[1..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 1, new SharedCacheOptions().Life.TotalSeconds);
    }

    [RedisFact]
    public async Task All_RedisGone_ThrowNothingAndFindNothing()
    {
        var documents = Open(new SharedCacheOptions().Timeout);
        redis.Kill();

        await documents.KeepAsync(_key, "one"u8.ToArray()).WaitAsync(_limit);
        Assert.Null(await documents.FindAsync(_key).WaitAsync(_limit));
        await documents.ForgetAsync(_key).WaitAsync(_limit);

        await redis.RestartAsync();
    }

    [RedisFact]
    public async Task Find_CallerGivesUp_IsCancelled()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().FindAsync(_key, given.Token));
    }

    [Fact]
    public void AddSharedCache_NoRedis_HasNone()
    {
        using var process = new ServiceCollection().AddSharedCache(new SharedCacheOptions()).BuildServiceProvider();

        Assert.Null(process.GetService<SharedDocuments>());
    }

    /// <summary>A process of its own. A busy machine makes no Redis slow, unless that is what a test is about.</summary>
    private SharedDocuments Open(TimeSpan? timeout = null)
    {
        var services = new ServiceCollection();
        services.AddSharedCache(new SharedCacheOptions { Redis = redis.Configuration, Timeout = timeout ?? _limit });
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process.GetRequiredService<SharedDocuments>();
    }
}
