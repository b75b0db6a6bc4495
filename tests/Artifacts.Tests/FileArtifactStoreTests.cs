using Aigc.TestKit;

namespace Aigc.Artifacts.Tests;

public sealed class FileArtifactStoreTests : ArtifactStoreConformance, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A process that died between the two steps leaves this.
    [Fact]
    public async Task Put_BytesWithoutAReference_AdoptsThem()
    {
        Directory.CreateDirectory(_folder.Combine("store"));
        await File.WriteAllBytesAsync(_folder.Combine("store", "a"), Abc);

        Assert.Null(await Open().FindAsync("a"));
        var reference = await Open().PutAsync("a", "image/png", "later bytes"u8.ToArray());

        Assert.Equal(Abc, (await Open().ReadAsync(reference)).ToArray());
        Assert.Equal(reference, await Open().FindAsync("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("artifact:v1:ba78")]
    [InlineData("artifact:v9:from a later release")]
    public async Task Put_ReferenceThatDoesNotRead_IsMended(string damaged)
    {
        var reference = await Open().PutAsync("a", "image/png", Abc);
        await File.WriteAllTextAsync(_folder.Combine("store", "a.ref"), damaged);

        Assert.Null(await Open().FindAsync("a"));
        Assert.Empty(await Open().ListAsync("").ToListAsync());
        Assert.Equal(reference, await Open().PutAsync("a", "image/png", "later bytes"u8.ToArray()));
        Assert.Equal(reference, await Open().FindAsync("a"));
    }

    [Fact]
    public async Task Put_ReferenceWithoutItsBytes_WritesNewBytes()
    {
        var old = await Open().PutAsync("a", "image/png", Abc);
        File.Delete(_folder.Combine("store", "a"));

        Assert.Null(await Open().FindAsync("a"));
        var reference = await Open().PutAsync("a", "image/png", "new bytes"u8.ToArray());

        Assert.NotEqual(old, reference);
        Assert.Equal(reference, await Open().FindAsync("a"));
        Assert.Equal("new bytes"u8.ToArray(), (await Open().ReadAsync(reference)).ToArray());
    }

    [Fact]
    public async Task Find_ReferenceOfAnotherName_IsNull()
    {
        await Open().PutAsync("a", "image/png", Abc);
        File.Copy(_folder.Combine("store", "a"), _folder.Combine("store", "b"));
        File.Copy(_folder.Combine("store", "a.ref"), _folder.Combine("store", "b.ref"));

        Assert.Null(await Open().FindAsync("b"));
    }

    [Fact]
    public async Task List_LeftoversAndForeignFiles_AreNotSeen()
    {
        var reference = await Open().PutAsync("a", "image/png", Abc);
        foreach (var name in new[] { ".0123.tmp", ".0123.tmp.ref", "README.ref", "no-reference" })
            await File.WriteAllTextAsync(_folder.Combine("store", name), reference.ToString());

        Assert.Equal([reference], await Open().ListAsync("").ToListAsync());
    }

    [Fact]
    public async Task Put_Artifact_LeavesItAndItsReferenceAlone()
    {
        await Open().PutAsync("a", "image/png", Abc);
        await Open().PutAsync("a", "image/png", Abc);

        Assert.Equal(["a", "a.ref"], FilesIn(_folder.Combine("store")));
    }

    [Fact]
    public async Task Put_FileWhereAFolderShouldBe_IsUnavailable()
    {
        await File.WriteAllTextAsync(_folder.Combine("store"), "a file");

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await Open().PutAsync("a", "image/png", Abc));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains(_folder.Combine("store"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_NameThatIsTheFolderOfAnother_IsUnavailable()
    {
        await Open().PutAsync("a/b", "image/png", Abc);

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await Open().PutAsync("a", "image/png", Abc));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
    }

    [SmallDiskFact]
    public async Task Put_DiskFull_IsOutOfSpaceAndLeavesNothing()
    {
        using var disk = new SmallDisk("size=64k");
        var store = new FileArtifactStore(disk.Path);
        var small = await store.PutAsync("small", "text/plain", Abc);

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await store.PutAsync("large", "text/plain", new byte[100_000]));

        Assert.Equal(FaultKind.OutOfSpace, fault.Kind);
        Assert.Contains($"'{disk.Path}'", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["small", "small.ref"], FilesIn(disk.Path));
        Assert.Equal(small, await store.FindAsync("small"));
    }

    // The bytes take the last page, so it is the reference that has no room.
    [SmallDiskFact]
    public async Task Put_DiskFullAtTheReference_IsMendedBySpace()
    {
        using var disk = new SmallDisk("size=64k");
        var store = new FileArtifactStore(disk.Path);
        var bytes = new byte[64 * 1024];

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await store.PutAsync("a", "text/plain", bytes));
        Assert.Equal(FaultKind.OutOfSpace, fault.Kind);
        Assert.Null(await store.FindAsync("a"));
        Assert.DoesNotContain(FilesIn(disk.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal));

        disk.Remount("size=128k");
        var reference = await store.PutAsync("a", "text/plain", bytes);
        Assert.Equal(bytes, (await store.ReadAsync(reference)).ToArray());
    }

    [SmallDiskFact]
    public async Task Put_ReadOnlyDisk_IsUnavailable()
    {
        using var disk = new SmallDisk("size=64k,ro");

        var store = new FileArtifactStore(disk.Path);

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await store.PutAsync("a", "text/plain", Abc));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains(disk.Path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("let this account", fault.Message, StringComparison.Ordinal);
    }

    protected override IArtifactStore Open() => new FileArtifactStore(_folder.Combine("store"));

    protected override Task OverwriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(_folder.Combine("store", name), bytes);

    private static string[] FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
}
