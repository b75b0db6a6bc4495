using System.Security.Cryptography;
using System.Text;
using Aigc.TestKit;

namespace Aigc.Artifacts.Tests;

/// <summary>What every store promises; see <see cref="IArtifactStore"/>.</summary>
public abstract class ArtifactStoreConformance
{
    protected static readonly byte[] Abc = "abc"u8.ToArray();

    private IArtifactStore? _store;

    private IArtifactStore Store => _store ??= Open();

    /// <summary>A store that remembers nothing but what is at rest; the same place for the whole test.</summary>
    protected abstract IArtifactStore Open();

    /// <summary>Changes the bytes behind the store's back, and nothing else.</summary>
    protected abstract Task OverwriteAsync(string name, byte[] bytes);

    [ConformanceFact]
    public async Task Put_NewName_ReturnsItsReference()
    {
        var reference = await Store.PutAsync("pictures/a.png", "image/png", Abc);

        Assert.Equal(
            new ArtifactRef("pictures/a.png", "image/png", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            reference);
    }

    [ConformanceFact]
    public async Task Put_TakenName_ReturnsWhatIsThere()
    {
        var first = await Store.PutAsync("a", "image/png", Abc);
        var second = await Store.PutAsync("a", "image/webp", "other bytes"u8.ToArray());

        Assert.Equal(first, second);
        Assert.Equal(Abc, (await Open().ReadAsync(second)).ToArray());
    }

    [ConformanceFact]
    public async Task Put_SixteenWritersAtOnce_OneWins()
    {
        var winners = new List<ArtifactRef>();
        // Who meets whom is chance, so many rounds; of one length, so that nothing but the hash tells them apart.
        for (var round = 0; round < 20; round++)
        {
            var name = $"pictures/{round:00}";
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writers = Enumerable.Range(10, 16).Select(async i =>
            {
                await start.Task;
                return await Store.PutAsync(name, "image/png", Encoding.ASCII.GetBytes($"bytes of writer {i}"));
            }).ToArray();
            start.SetResult();
            var references = await Task.WhenAll(writers);

            var winner = Assert.Single(references.Distinct());
            Assert.StartsWith("bytes of writer", Encoding.ASCII.GetString((await Open().ReadAsync(winner)).Span), StringComparison.Ordinal);
            winners.Add(winner);
        }

        Assert.Equal(winners, (await ListAsync("")).OrderBy(one => one.Name, StringComparer.Ordinal));
    }

    [ConformanceFact]
    public async Task Put_IllegalMediaType_IsBadRequestAndWritesNothing()
    {
        await AssertFaultAsync(FaultKind.BadRequest, () => Store.PutAsync("a", "png", Abc));

        Assert.Null(await Store.FindAsync("a"));
    }

    [ConformanceFact]
    public async Task Read_EmptyArtifact_IsEmpty()
    {
        var reference = await Store.PutAsync("a", "text/plain", ReadOnlyMemory<byte>.Empty);

        Assert.Equal(0, reference.Length);
        Assert.Equal(reference, await Open().FindAsync("a"));
        Assert.Equal(0, (await Open().ReadAsync(reference)).Length);
    }

    [ConformanceFact]
    public async Task Read_FiveMegabytes_IsWhatWasWritten()
    {
        var bytes = new byte[5_000_000];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i * 31 >> 3);
        var reference = await Store.PutAsync("latents/a", "application/octet-stream", bytes);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), reference.Sha256);
        var read = await Open().ReadAsync(reference);
        Assert.True(read.Span.SequenceEqual(bytes));
    }

    [ConformanceFact]
    public async Task Read_SliceOfALargerBuffer_IsTheSlice()
    {
        var buffer = "xabcx"u8.ToArray();
        var reference = await Store.PutAsync("a", "text/plain", buffer.AsMemory(1, 3));
        Array.Clear(buffer);

        Assert.Equal(Abc, (await Store.ReadAsync(reference)).ToArray());
    }

    [ConformanceFact]
    public async Task Read_ReferenceWithAHost_PlaysNoPart()
    {
        var reference = await Store.PutAsync("a", "text/plain", Abc);

        Assert.Equal(Abc, (await Store.ReadAsync(reference.At("gone:1"))).ToArray());
    }

    [ConformanceFact]
    public async Task Read_UnknownName_IsNotFound()
    {
        var reference = await Store.PutAsync("a", "text/plain", Abc);

        await AssertFaultAsync(FaultKind.NotFound, () => Store.ReadAsync(Named("b", reference)));
        await AssertFaultAsync(FaultKind.NotFound, () => Store.ReadAsync(Named("x/y", reference)));
    }

    [ConformanceFact]
    public async Task Read_NothingEverWritten_IsNotFound() =>
        await AssertFaultAsync(FaultKind.NotFound, () => Store.ReadAsync(new ArtifactRef("a", "text/plain", 0, new string('0', 64))));

    [ConformanceFact]
    public async Task Read_ChangedBytes_IsDataLossThatNamesTheArtifact()
    {
        var reference = await Store.PutAsync("pictures/a", "text/plain", Abc);
        await OverwriteAsync("pictures/a", "abd"u8.ToArray());

        var fault = await AssertFaultAsync(FaultKind.DataLoss, () => Open().ReadAsync(reference));
        Assert.Contains("'pictures/a'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("delete", fault.Message, StringComparison.Ordinal);
    }

    [ConformanceFact]
    public async Task Read_ChangedLength_IsDataLoss()
    {
        var reference = await Store.PutAsync("a", "text/plain", Abc);
        await OverwriteAsync("a", "ab"u8.ToArray());

        await AssertFaultAsync(FaultKind.DataLoss, () => Open().ReadAsync(reference));
    }

    [ConformanceFact]
    public async Task Read_ReferenceOfOtherBytes_IsDataLoss()
    {
        var reference = await Store.PutAsync("a", "text/plain", Abc);
        var other = await Store.PutAsync("b", "text/plain", "abd"u8.ToArray());

        await AssertFaultAsync(FaultKind.DataLoss, () => Store.ReadAsync(Named("a", other)));
        Assert.Equal(Abc, (await Store.ReadAsync(reference)).ToArray());
    }

    [ConformanceFact]
    public async Task Find_AfterPut_IsTheSameReference()
    {
        var reference = await Store.PutAsync("pictures/a.png", "image/png", Abc);

        Assert.Equal(reference, await Store.FindAsync("pictures/a.png"));
        Assert.Equal(reference, await Open().FindAsync("pictures/a.png"));
    }

    [ConformanceFact]
    public async Task Find_UnknownName_IsNull()
    {
        Assert.Null(await Store.FindAsync("a"));
        await Store.PutAsync("a", "text/plain", Abc);
        Assert.Null(await Store.FindAsync("b"));
    }

    [ConformanceFact]
    public async Task List_Prefix_IsWhatStartsWithIt()
    {
        foreach (var name in new[] { "a/1", "a/2", "a/b/3", "ab", "b" })
            await Store.PutAsync(name, "text/plain", Encoding.ASCII.GetBytes(name));

        Assert.Equal(["a/1", "a/2", "a/b/3", "ab", "b"], await NamesAsync(""));
        Assert.Equal(["a/1", "a/2", "a/b/3", "ab"], await NamesAsync("a"));
        Assert.Equal(["a/1", "a/2", "a/b/3"], await NamesAsync("a/"));
        Assert.Equal(["a/b/3"], await NamesAsync("a/b"));
        Assert.Empty(await NamesAsync("c/d"));
        Assert.Equal(await Store.FindAsync("ab"), Assert.Single(await ListAsync("ab")));
    }

    [ConformanceFact]
    public async Task List_NothingEverWritten_IsEmpty() => Assert.Empty(await ListAsync(""));

    [ConformanceFact]
    public async Task Delete_Artifact_IsGoneAndMayBeWrittenAgain()
    {
        var reference = await Store.PutAsync("a/b", "text/plain", Abc);

        Assert.True(await Store.DeleteAsync("a/b"));
        Assert.Null(await Store.FindAsync("a/b"));
        Assert.Empty(await ListAsync(""));
        await AssertFaultAsync(FaultKind.NotFound, () => Store.ReadAsync(reference));
        Assert.NotEqual(reference, await Store.PutAsync("a/b", "text/plain", "new"u8.ToArray()));
    }

    [ConformanceFact]
    public async Task Delete_UnknownName_IsFalse()
    {
        Assert.False(await Store.DeleteAsync("a/b"));
        await Store.PutAsync("a/c", "text/plain", Abc);
        Assert.False(await Store.DeleteAsync("a/b"));
    }

    [ConformanceFact]
    public async Task EveryDoor_IllegalName_IsBadRequest()
    {
        foreach (var name in IllegalNames.All)
        {
            await AssertFaultAsync(FaultKind.BadRequest, () => Store.PutAsync(name, "text/plain", Abc));
            await AssertFaultAsync(FaultKind.BadRequest, () => Store.FindAsync(name));
            await AssertFaultAsync(FaultKind.BadRequest, () => Store.DeleteAsync(name));
        }

        await AssertFaultAsync(FaultKind.BadRequest, async () => await ListAsync("../"));
        Assert.Empty(await ListAsync(""));
    }

    [ConformanceFact]
    public async Task EveryDoor_CancelledCall_StopsBeforeItDoesAnything()
    {
        var reference = await Store.PutAsync("a", "text/plain", Abc);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.PutAsync("b", "text/plain", Abc, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindAsync("a", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReadAsync(reference, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.DeleteAsync("a", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ListAsync("", cancelled).ToListAsync(cancelled));
        Assert.Equal([reference], await ListAsync(""));
    }

    private static ArtifactRef Named(string name, ArtifactRef reference) =>
        new(name, reference.MediaType, reference.Length, reference.Sha256);

    private static async Task<FaultException> AssertFaultAsync<T>(FaultKind kind, Func<ValueTask<T>> call)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(async () => await call());
        Assert.Equal(kind, fault.Kind);
        return fault;
    }

    private async Task<List<ArtifactRef>> ListAsync(string prefix) => await Store.ListAsync(prefix).ToListAsync();

    private async Task<List<string>> NamesAsync(string prefix) =>
        [.. (await ListAsync(prefix)).Select(reference => reference.Name).Order(StringComparer.Ordinal)];
}
