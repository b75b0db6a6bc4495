using Aigc.TestKit;

namespace Aigc.Artifacts.Tests;

public sealed class CachedArtifactStoreTests : ArtifactStoreConformance, IDisposable
{
    private const int Room = 1 << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_AfterPut_ComesFromMemory()
    {
        var store = Cache(Room);
        var reference = await store.PutAsync("a", "image/png", Abc);
        File.Delete(_folder.Combine("a"));

        Assert.Equal(Abc, (await store.ReadAsync(reference)).ToArray());
        Assert.Equal((1, 0), (store.Hits, store.Misses));
    }

    [Fact]
    public async Task Read_SecondTime_ComesFromMemory()
    {
        var reference = await Cache(Room).PutAsync("a", "image/png", Abc);
        var store = Cache(Room);

        await store.ReadAsync(reference);
        File.Delete(_folder.Combine("a"));
        await store.ReadAsync(reference);

        Assert.Equal((1, 1), (store.Hits, store.Misses));
    }

    [Fact]
    public async Task Put_TakenName_DoesNotKeepTheLosersBytes()
    {
        await Cache(Room).PutAsync("a", "image/png", Abc);
        var store = Cache(Room);

        var reference = await store.PutAsync("a", "image/png", "xyz"u8.ToArray());

        Assert.Equal(0, store.HeldBytes);
        Assert.Equal(Abc, (await store.ReadAsync(reference)).ToArray());
    }

    [Fact]
    public async Task Put_TakenNameWithTheSameBytes_KeepsThem()
    {
        await Cache(Room).PutAsync("a", "image/png", Abc);
        var store = Cache(Room);

        await store.ReadAsync(await store.PutAsync("a", "image/png", Abc));

        Assert.Equal((1, 0), (store.Hits, store.Misses));
    }

    [Fact]
    public async Task Put_PastTheCapacity_DropsTheLeastRecentlyUsed()
    {
        var store = Cache(2 * Cost(100));
        var a = await store.PutAsync("a", "image/png", new byte[100]);
        var b = await store.PutAsync("b", "image/png", new byte[100]);
        await store.ReadAsync(a);
        var c = await store.PutAsync("c", "image/png", new byte[100]);

        await store.ReadAsync(a);
        await store.ReadAsync(c);
        Assert.Equal((3, 0), (store.Hits, store.Misses));
        await store.ReadAsync(b);
        Assert.Equal((3, 1), (store.Hits, store.Misses));
        Assert.Equal(2 * Cost(100), store.HeldBytes);
    }

    [Fact]
    public async Task Put_LargerThanTheCapacity_PassesByAndDropsNothing()
    {
        var store = Cache(Cost(100));
        var small = await store.PutAsync("small", "image/png", new byte[100]);
        var large = await store.PutAsync("large", "image/png", new byte[101]);

        await store.ReadAsync(large);
        await store.ReadAsync(small);

        Assert.Equal((1, 1), (store.Hits, store.Misses));
        Assert.Equal(Cost(100), store.HeldBytes);
    }

    [Fact]
    public async Task Put_EmptyArtifacts_AreBoundedToo()
    {
        var store = Cache(2 * Cost(0));
        for (var i = 0; i < 10; i++)
            await store.PutAsync($"a{i}", "text/plain", ReadOnlyMemory<byte>.Empty);

        Assert.Equal(2 * Cost(0), store.HeldBytes);
    }

    [Fact]
    public async Task Put_NoCapacity_KeepsNothing()
    {
        var store = Cache(0);
        await store.ReadAsync(await store.PutAsync("a", "image/png", Abc));

        Assert.Equal((0, 1), (store.Hits, store.Misses));
        Assert.Equal(0, store.HeldBytes);
    }

    [Fact]
    public async Task Delete_Artifact_FreesItsMemory()
    {
        var store = Cache(Room);
        await store.PutAsync("a", "image/png", Abc);

        await store.DeleteAsync("a");

        Assert.Equal(0, store.HeldBytes);
    }

    [Fact]
    public async Task ReadAndPut_ManyAtOnce_StayWithinTheCapacity()
    {
        var store = Cache(3 * Cost(1000));
        await Parallel.ForAsync(0, 200, async (i, cancellationToken) =>
        {
            var written = Enumerable.Repeat((byte)(i % 8), 1000).ToArray();
            var reference = await store.PutAsync($"a{i % 8}", "image/png", written, cancellationToken);
            var bytes = await store.ReadAsync(reference, cancellationToken);
            Assert.Equal(i % 8, bytes.Span[999]);
            Assert.InRange(store.HeldBytes, 0, 3 * Cost(1000));
        });

        Assert.Equal(200, store.Hits + store.Misses);
        Assert.Equal(3 * Cost(1000), store.HeldBytes);
    }

    protected override IArtifactStore Open() => Cache(Room);

    protected override Task OverwriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(_folder.Combine(name), bytes);

    private static int Cost(int bytes) => bytes + CachedArtifactStore.EntryOverhead;

    private CachedArtifactStore Cache(long capacityBytes) => new(new FileArtifactStore(_folder.Path), capacityBytes);
}
