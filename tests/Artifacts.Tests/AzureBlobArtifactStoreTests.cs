using Aigc.TestKit;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Aigc.Artifacts.Tests;

[RequiresAzurite]
[Collection(AzuriteTests.Name)]
public sealed class AzureBlobArtifactStoreTests(AzuriteFixture azurite) : ArtifactStoreConformance
{
    private readonly string _name = $"artifacts-{Guid.NewGuid():n}";
    private readonly RequestCounter _requests = new();

    [AzuriteFact]
    public async Task Put_NewArtifact_IsOneRequest()
    {
        await Open().PutAsync("first", "image/png", Abc);
        _requests.Take();

        await Open().PutAsync("a", "image/png", new byte[5_000_000]);

        Assert.Equal(["PUT"], _requests.Take());
    }

    [AzuriteFact]
    public async Task Put_TakenName_IsTwoRequests()
    {
        await Open().PutAsync("a", "image/png", Abc);
        _requests.Take();

        await Open().PutAsync("a", "image/png", Abc);

        Assert.Equal(["PUT", "HEAD"], _requests.Take());
    }

    [AzuriteFact]
    public async Task Put_NoContainer_MakesItOnce()
    {
        await Open().PutAsync("a", "image/png", Abc);

        Assert.Equal(["PUT", "PUT", "PUT"], _requests.Take());
    }

    [AzuriteFact]
    public async Task FindReadListDelete_Artifact_AreOneRequestEach()
    {
        var reference = await Open().PutAsync("a", "image/png", new byte[5_000_000]);
        _requests.Take();

        await Open().FindAsync("a");
        Assert.Equal(["HEAD"], _requests.Take());
        await Open().ReadAsync(reference);
        Assert.Equal(["GET"], _requests.Take());
        await Open().ListAsync("").ToListAsync();
        Assert.Equal(["GET"], _requests.Take());
        await Open().DeleteAsync("a");
        Assert.Equal(["DELETE"], _requests.Take());
    }

    [AzuriteFact]
    public async Task Put_LargerThanOneRequest_GoesUpInBlocks()
    {
        var bytes = new byte[(8 << 20) + 1];
        bytes[^1] = 1;

        var reference = await Open().PutAsync("a", "application/octet-stream", bytes);

        var read = await Open().ReadAsync(reference);
        Assert.True(read.Span.SequenceEqual(bytes));
        Assert.Equal(reference, await Open().PutAsync("a", "application/octet-stream", bytes.AsMemory(1)));
    }

    [AzuriteFact]
    public async Task Put_Artifact_KeepsItsTypeInTheBlobsHeaders()
    {
        await Open().PutAsync("a", "image/png", Abc);

        BlobProperties properties = await Container().GetBlobClient("a").GetPropertiesAsync();
        Assert.Equal("image/png", properties.ContentType);
        Assert.Equal("3", properties.Metadata["length"]);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", properties.Metadata["sha256"]);
    }

    [AzuriteFact]
    public async Task ForeignBlob_IsLeftAloneAndNotSeen()
    {
        await Container().CreateAsync();
        await Container().UploadBlobAsync("a", BinaryData.FromBytes(Abc));
        await Container().UploadBlobAsync("No Artifact", BinaryData.FromBytes(Abc));

        Assert.Null(await Open().FindAsync("a"));
        Assert.Empty(await Open().ListAsync("").ToListAsync());
        var fault = await Assert.ThrowsAsync<FaultException>(async () => await Open().PutAsync("a", "image/png", Abc));
        Assert.Equal(FaultKind.DataLoss, fault.Kind);
    }

    [AzuriteFact]
    public async Task Find_DamagedMetadata_IsDataLoss()
    {
        await Open().PutAsync("a", "image/png", Abc);
        await Container().GetBlobClient("a").SetMetadataAsync(new Dictionary<string, string> { ["sha256"] = "beef", ["length"] = "3" });

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await Open().FindAsync("a"));
        Assert.Equal(FaultKind.DataLoss, fault.Kind);
    }

    [AzuriteFact]
    public async Task EveryDoor_WrongKey_IsUnavailableWithItsMend()
    {
        var wrong = azurite.ConnectionString.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal);
        var store = new AzureBlobArtifactStore(new BlobContainerClient(wrong, _name));

        await AssertRefusedAsync(async () => await store.PutAsync("a", "image/png", Abc));
        await AssertRefusedAsync(async () => await store.FindAsync("a"));
        await AssertRefusedAsync(async () => await store.ReadAsync(new ArtifactRef("a", "image/png", 0, new string('0', 64))));
        await AssertRefusedAsync(async () => await store.ListAsync("").ToListAsync());
        await AssertRefusedAsync(async () => await store.DeleteAsync("a"));
    }

    protected override IArtifactStore Open() => new AzureBlobArtifactStore(Container());

    protected override async Task OverwriteAsync(string name, byte[] bytes)
    {
        var blob = Container().GetBlobClient(name);
        BlobProperties properties = await blob.GetPropertiesAsync();
        await blob.UploadAsync(BinaryData.FromBytes(bytes), new BlobUploadOptions { Metadata = properties.Metadata });
    }

    private static async Task AssertRefusedAsync(Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(call);
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("Storage Blob Data Contributor", fault.Message, StringComparison.Ordinal);
    }

    private BlobContainerClient Container()
    {
        var options = new BlobClientOptions();
        options.AddPolicy(_requests, HttpPipelinePosition.PerRetry);
        return new BlobContainerClient(azurite.ConnectionString, _name, options);
    }
}
