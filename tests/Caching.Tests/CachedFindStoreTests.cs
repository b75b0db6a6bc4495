using Aigc.Artifacts;
using Aigc.TestKit;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.Caching.Tests;

public sealed class CachedFindStoreTests(RedisFixture redis) : IClassFixture<RedisFixture>, IDisposable
{
    private const string Name = "pictures/a.png";

    // Long past any answer here, and short of how long a Redis is held up.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private readonly CountingStore _store = new();
    private readonly List<ServiceProvider> _processes = [];

    // No test finds what another one left.
    private readonly string _scope = Guid.NewGuid().ToString("n");

    private string Key => $"aigc:find:{_scope}:{Name}";

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task Find_Twice_LooksOnce()
    {
        var reference = await PutAsync();
        var store = Open(shared: false);

        Assert.Equal(reference, await store.FindAsync(Name));
        Assert.Equal(reference, await store.FindAsync(Name));

        Assert.Equal(1, _store.Looks);
    }

    [Fact]
    public async Task Find_NotThere_IsNotRemembered()
    {
        var store = Open(shared: false);

        Assert.Null(await store.FindAsync(Name));
        var reference = await PutAsync();

        Assert.Equal(reference, await store.FindAsync(Name));
    }

    [Fact]
    public async Task Find_ManyAtOnce_ShareOneLook()
    {
        await PutAsync();
        var store = Open(shared: false);
        var point = _store.Looking = new SyncPoint();

        var looks = Enumerable.Range(0, 20).Select(_ => store.FindAsync(Name).AsTask()).ToArray();
        await point.WaitForSyncPoint();
        point.Continue();

        Assert.All(await Task.WhenAll(looks), Assert.NotNull);
        Assert.Equal(1, _store.Looks);
    }

    [Fact]
    public async Task Find_IllegalName_IsRefusedBeforeItIsAKey() =>
        Assert.Equal(
            FaultKind.BadRequest, (await Assert.ThrowsAsync<FaultException>(() => Open(shared: false).FindAsync("../a").AsTask())).Kind);

    [Fact]
    public async Task Delete_Remembered_IsForgotten()
    {
        await PutAsync();
        var store = Open(shared: false);
        await store.FindAsync(Name);

        Assert.True(await store.DeleteAsync(Name));

        Assert.Null(await store.FindAsync(Name));
    }

    [Fact]
    public async Task Read_GoneElsewhere_IsForgottenAndSaid()
    {
        await PutAsync();
        var store = Open(shared: false);
        var reference = (await store.FindAsync(Name))!;
        await _store.DeleteAsync(Name);

        var fault = await Assert.ThrowsAsync<FaultException>(() => store.ReadAsync(reference).AsTask());

        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.Null(await store.FindAsync(Name));
    }

    [RedisFact]
    public async Task Find_AnotherProcessLooked_AsksTheStoreNothing()
    {
        var reference = await PutAsync();
        await Open().FindAsync(Name);
        await redis.ExistsAsync(Key);

        Assert.Equal(reference, await Open().FindAsync(Name));

        Assert.Equal(1, _store.Looks);
    }

    [RedisFact]
    public async Task Find_AnotherStoreInTheSameRedis_IsNotTakenForThisOne()
    {
        await PutAsync();
        await Open().FindAsync(Name);
        await redis.ExistsAsync(Key);
        using var other = new CountingStore();

        Assert.Null(await Open(other, scope: $"{_scope}-other").FindAsync(Name));
    }

    [RedisTheory]
    [InlineData("artifact:v1:no reference")]
    [InlineData("artifact:v1:0000000000000000000000000000000000000000000000000000000000000000:1:pictures/other.png:image/png")]
    public async Task Find_SomebodyElseWroteTheEntry_AsksTheStore(string poison)
    {
        var reference = await PutAsync();
        await Cache().SetAsync($"find:{_scope}:{Name}", poison);
        var store = Open();

        Assert.Equal(reference, await store.FindAsync(Name));
        Assert.Equal(reference, await store.FindAsync(Name));
    }

    [RedisFact]
    public async Task Find_WrongBytesInTheEntry_AsksTheStore()
    {
        var reference = await PutAsync();
        await Open().FindAsync(Name);
        await redis.ExistsAsync(Key);
        // No field is new: this is the entry.
        Assert.Equal(":0", await redis.CommandAsync("HSET", Key, "data", "\u0001\u0003garbage"));

        Assert.Equal(reference, await Open().FindAsync(Name));
    }

    [RedisFact]
    public async Task Find_WrongHashInTheEntry_IsTheReadersFaultAndMendedByIt()
    {
        var reference = await PutAsync();
        var wrong = new ArtifactRef(Name, "image/png", 1, new string('0', 64));
        await Cache().SetAsync($"find:{_scope}:{Name}", wrong.ToString());
        var store = Open();

        var found = (await store.FindAsync(Name))!;
        var fault = await Assert.ThrowsAsync<FaultException>(() => store.ReadAsync(found).AsTask());

        Assert.Equal(FaultKind.DataLoss, fault.Kind);
        Assert.Equal(reference, await store.FindAsync(Name));
    }

    [RedisFact]
    public async Task Find_RedisFull_IsAnswered()
    {
        var reference = await PutAsync();
        Assert.Equal("+OK", await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1"));
        try
        {
            var store = Open();

            Assert.Equal(reference, await store.FindAsync(Name));
            Assert.Equal(reference, await store.FindAsync(Name));
            Assert.Equal(1, _store.Looks);
        }
        finally
        {
            await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        }
    }

    [RedisFact]
    public async Task Find_RedisHangs_IsAnsweredMeanwhile()
    {
        var reference = await PutAsync();
        var store = OpenImpatient();
        await store.FindAsync(Name);
        await PutAsync("pictures/b.png");
        var hanging = redis.CommandAsync("DEBUG", "SLEEP", "300");

        Assert.Equal(reference, await store.FindAsync(Name).AsTask().WaitAsync(_limit));
        Assert.NotNull(await store.FindAsync("pictures/b.png").AsTask().WaitAsync(_limit));

        Assert.False(hanging.IsCompleted);
        redis.Kill();
        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Empty(await hanging is "" ? throw new IOException() : "answered"));
        await redis.RestartAsync();
    }

    [RedisFact]
    public async Task Find_RedisGoneAndBack_IsAnsweredThroughout()
    {
        var reference = await PutAsync();
        var store = OpenImpatient();
        redis.Kill();

        Assert.Equal(reference, await store.FindAsync(Name).AsTask().WaitAsync(_limit));
        // Without one from the start, too.
        Assert.Equal(reference, await OpenImpatient().FindAsync(Name).AsTask().WaitAsync(_limit));
        await redis.RestartAsync();
        Assert.Equal(reference, await OpenImpatient().FindAsync(Name).AsTask().WaitAsync(_limit));
    }

    private ValueTask<ArtifactRef> PutAsync(string name = Name) => _store.PutAsync(name, "image/png", new byte[] { 1, 2 });

    /// <summary>A process of its own.</summary>
    private CachedFindStore Open(bool shared = true) => Open(_store, _scope, shared);

    /// <summary>A process that waits for Redis no longer than one does that nobody has told otherwise.</summary>
    private CachedFindStore OpenImpatient() => new(_store, Cache(timeout: new SharedCacheOptions().Timeout), _scope);

    private CachedFindStore Open(CountingStore store, string scope, bool shared = true) => new(store, Cache(shared), scope);

    private HybridCache Cache(bool shared = true, TimeSpan? timeout = null)
    {
        var services = new ServiceCollection();
        // A busy machine makes no Redis slow, unless that is what a test is about.
        services.AddSharedCache(new SharedCacheOptions { Redis = shared ? redis.Configuration : null, Timeout = timeout ?? _limit });
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process.GetRequiredService<HybridCache>();
    }
}
