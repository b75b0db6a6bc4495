using Aigc.Caching;
using Aigc.GpuHost.Caching;
using Aigc.GpuHost.Configuration;
using Aigc.Inference.Prompts;
using Aigc.Inference.Stages;
using Aigc.TestKit;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using static Aigc.GpuHost.Tests.Calls;

namespace Aigc.GpuHost.Tests.Caching;

public sealed class SharedEmbeddingsTests(RedisFixture redis) : IClassFixture<RedisFixture>, IDisposable
{
    // Long past any answer here, and short of how long a Redis is held up.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private static readonly float[] _embedding = [1, -.5f, 0, 3];

    private readonly List<ServiceProvider> _processes = [];
    private readonly EmbeddingKey _key = new("digest", Guid.NewGuid().ToString("n"), _embedding.Length);

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Dispose();
    }

    [RedisFact]
    public async Task Find_AnotherProcessShared_IsThatOne()
    {
        var key = await ShareAsync();
        Assert.Equal(_embedding, await Open().FindAsync(_key, default));
        Assert.Equal(":1", await redis.CommandAsync("EXISTS", key));
    }

    [RedisFact]
    public async Task Find_AnotherKey_IsNothing()
    {
        await ShareAsync();
        Assert.Null(await Open().FindAsync(_key with { TokensSha256 = "other" }, default));
        Assert.Null(await Open().FindAsync(_key with { ModelDigest = "other" }, default));
        Assert.Null(await Open(scope: "cuda").FindAsync(_key, default));
    }

    [RedisFact]
    public async Task Find_EntryOfAnotherKey_IsPassedOverAndRemoved()
    {
        var name = Open().KeyOf(_key);
        var other = _key with { TokensSha256 = Guid.NewGuid().ToString("n") };
        await ShareAsync(other);
        var entry = await Cache().GetOrCreateAsync<byte[]>(Open().KeyOf(other), static _ => throw new InvalidOperationException());
        await PoisonAsync(name, entry);

        Assert.Null(await Open().FindAsync(_key, default));
        Assert.Equal(":0", await redis.CommandAsync("EXISTS", $"aigc:{name}"));
    }

    [RedisTheory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(200)]
    public async Task Find_EntryOfOtherBytes_IsPassedOver(int length)
    {
        await PoisonAsync(Open().KeyOf(_key), new byte[length]);
        Assert.Null(await Open().FindAsync(_key, default));
    }

    [RedisFact]
    public async Task Find_OneBitOfTheEntryHasChanged_IsPassedOver()
    {
        await ShareAsync();
        var name = Open().KeyOf(_key);
        var entry = await Cache().GetOrCreateAsync<byte[]>(name, static _ => throw new InvalidOperationException());
        entry[^1] ^= 1;
        await PoisonAsync(name, entry);
        Assert.Null(await Open().FindAsync(_key, default));
    }

    [RedisFact]
    public async Task Find_WhatIsNoEntryOfACache_IsPassedOver()
    {
        await redis.CommandAsync("SET", $"aigc:{Open().KeyOf(_key)}", "nonsense");
        Assert.Null(await Open().FindAsync(_key, default));
    }

    [RedisFact]
    public async Task Find_AnotherLengthThanThisModels_IsPassedOver()
    {
        await ShareAsync();
        Assert.Null(await Open().FindAsync(_key with { Length = 5 }, default));
    }

    [RedisFact]
    public async Task FindAndShare_RedisHangsThenGone_AreDoneWithout()
    {
        await ShareAsync();
        var shared = OpenImpatient();
        var hanging = redis.CommandAsync("DEBUG", "SLEEP", "300");
        try
        {
            // Until it does hang.
            while (await shared.FindAsync(_key, default).AsTask().WaitAsync(_limit) is not null)
                Assert.False(hanging.IsCompleted);
            shared.Share(_key, _embedding);
            Assert.False(hanging.IsCompleted);
        }
        finally
        {
            redis.Kill();
        }

        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Empty(await hanging is "" ? throw new IOException() : "answered"));
        Assert.Null(await shared.FindAsync(_key, default).AsTask().WaitAsync(_limit));
        // Without one from the start, too.
        Assert.Null(await OpenImpatient().FindAsync(_key, default).AsTask().WaitAsync(_limit));
        await redis.RestartAsync();
    }

    [RedisFact]
    public async Task Run_RedisFull_IsMadeAllTheSame()
    {
        Assert.Equal("+OK", await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1"));
        try
        {
            await using var host = await TestHost.StartAsync("--Cache:Redis", redis.Configuration, "--Cache:TimeoutSeconds", "30");
            Assert.Single((await host.RunAsync(Run(Picture(1)))).Pictures());
        }
        finally
        {
            await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        }
    }

    [RedisFact]
    public async Task Run_AnotherHostEmbeddedThePrompt_DrawsTheSamePictureAndEmbedsNothing()
    {
        var picture = Picture(1);
        picture.Prompt = $"a red circle {Guid.NewGuid():n}";
        await using var one = await TestHost.StartAsync("--Cache:Redis", redis.Configuration, "--Cache:TimeoutSeconds", "30");
        var made = (await one.RunAsync(Run(picture))).Pictures()[0].Artifact;
        var model = await PromptsOf(one);
        Assert.Equal((0, 1), (model.Shared, model.Misses));
        await redis.ExistsAsync(await KeyOfAsync(one, picture.Prompt));

        await using var two = await TestHost.StartAsync("--Cache:Redis", redis.Configuration, "--Cache:TimeoutSeconds", "30");
        var again = (await two.RunAsync(Run(picture))).Pictures()[0].Artifact;

        Assert.Equal(await one.BytesAsync(made), await two.BytesAsync(again));
        var prompts = await PromptsOf(two);
        Assert.Equal((1, 0), (prompts.Shared, prompts.Misses));
    }

    private static async Task<PromptEncoder> PromptsOf(TestHost host)
    {
        var lease = await host.Get<DiffusionEngine>().Models.AcquireAsync("", default);
        using (lease)
            return lease.Model.Prompts;
    }

    private static async Task<string> KeyOfAsync(TestHost host, string prompt)
    {
        var noting = new NotingEmbeddings();
        var card = await host.Get<DiffusionEngine>().Models.Catalog.CardAsync("");
        using var lease = await host.Get<DiffusionEngine>().Models.AcquireAsync("", default);
        // Nothing is remembered by this one, so it asks.
        var encoder = PromptEncoder.Load(lease.Model.Folder, lease.Model.Networks);
        await encoder.FetchAsync([prompt], noting, card.Digest, default);
        return $"aigc:{((SharedEmbeddings)host.Get<ISharedEmbeddings>()).KeyOf(noting.Asked!)}";
    }

    private async Task<string> ShareAsync(EmbeddingKey? key = null)
    {
        var shared = Open();
        shared.Share(key ?? _key, _embedding);
        var name = $"aigc:{shared.KeyOf(key ?? _key)}";
        await redis.ExistsAsync(name);
        return name;
    }

    private async Task PoisonAsync(string name, byte[] entry)
    {
        await redis.CommandAsync("DEL", $"aigc:{name}");
        await Cache().SetAsync(name, entry);
        await redis.ExistsAsync($"aigc:{name}");
    }

    /// <summary>A process of its own.</summary>
    private SharedEmbeddings Open(string scope = "cpu") => new(Cache(), scope);

    /// <summary>A process that waits for Redis no longer than one does that nobody has told otherwise.</summary>
    private SharedEmbeddings OpenImpatient() => new(Cache(TimeSpan.FromSeconds(new CacheOptions().TimeoutSeconds)), "cpu");

    private HybridCache Cache(TimeSpan? timeout = null)
    {
        var services = new ServiceCollection();
        // A busy machine makes no Redis slow, unless that is what a test is about.
        services.AddSharedCache(new SharedCacheOptions
        {
            Redis = redis.Configuration,
            MaxPayloadBytes = 1 << 20,
            Timeout = timeout ?? _limit,
        });
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process.GetRequiredService<HybridCache>();
    }

    private sealed class NotingEmbeddings : ISharedEmbeddings
    {
        public EmbeddingKey? Asked { get; private set; }

        public ValueTask<float[]?> FindAsync(EmbeddingKey key, CancellationToken cancellationToken)
        {
            Asked = key;
            return default;
        }

        public void Share(EmbeddingKey key, float[] embedding)
        {
        }
    }
}
