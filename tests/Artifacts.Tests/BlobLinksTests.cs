using System.Net;
using Aigc.TestKit;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Artifacts.Tests;

[RequiresAzurite]
public sealed class BlobLinksTests(SecureAzuriteFixture azurite) : IClassFixture<SecureAzuriteFixture>
{
    private readonly string _name = $"artifacts-{Guid.NewGuid():n}";
    private readonly RequestCounter _requests = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [AzuriteFact]
    public async Task LinkAsync_Identity_OpensThatBlobForReadingAndNothingElse()
    {
        var store = Open(new IdentityToken());
        var picture = await store.PutAsync("pictures/a.png", "image/png", new byte[] { 1, 2, 3 });
        var other = await store.PutAsync("pictures/other.png", "image/png", new byte[] { 4 });

        var link = (await store.LinkAsync(picture))!;
        using var answer = await azurite.Client.GetAsync(link);
        using var forOther = await azurite.Client.GetAsync(
            new UriBuilder((await store.LinkAsync(other))!) { Query = link.Query }.Uri);
        using var written = await azurite.Client.DeleteAsync(link);
        using var bare = await azurite.Client.GetAsync(new UriBuilder(link) { Query = "" }.Uri);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.Forbidden, forOther.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, written.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, bare.StatusCode);
        Assert.Contains("skoid=", link.Query, StringComparison.Ordinal);
        Assert.Contains("sp=r&", link.Query, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task LinkAsync_Life_IsFromHalfToAllOfWhatIsAskedAndTheAddressStaysForHalfOfIt()
    {
        var store = Open(new IdentityToken());
        var picture = await store.PutAsync("a", "image/png", new byte[] { 1 });
        // To the start of a half.
        _time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerMinute * 5 - _time.GetUtcNow().Ticks % (TimeSpan.TicksPerMinute * 5)));

        var first = (await store.LinkAsync(picture))!;
        _time.Advance(TimeSpan.FromMinutes(4.9));
        var same = await store.LinkAsync(picture);
        _time.Advance(TimeSpan.FromMinutes(0.2));
        var next = (await store.LinkAsync(picture))!;

        Assert.Equal(first, same);
        Assert.NotEqual(first, next);
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromMinutes(5.1) + TimeSpan.FromMinutes(10), Expiry(first));
        Assert.Equal(Expiry(first) + TimeSpan.FromMinutes(5), Expiry(next));
    }

    [AzuriteFact]
    public async Task LinkAsync_ManyPictures_AskForOneSigningKeyInTwoHours()
    {
        var store = Open(new IdentityToken());
        var picture = await store.PutAsync("a", "image/png", new byte[] { 1 });
        _requests.Take();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.LinkAsync(picture).AsTask()));
        Assert.Equal(["POST"], _requests.Take());
        _time.Advance(TimeSpan.FromMinutes(105));
        await store.LinkAsync(picture);
        Assert.Empty(_requests.Take());
        _time.Advance(TimeSpan.FromMinutes(10));
        await store.LinkAsync(picture);
        Assert.Equal(["POST"], _requests.Take());
    }

    [AzuriteFact]
    public async Task LinkAsync_Refused_NamesTheRoleAndIsNotAskedForAgainWithinAMinute()
    {
        var store = Open(new IdentityToken(audience: "https://another.example.org"));
        var picture = new ArtifactRef("a", "image/png", 1, new string('0', 64));

        var fault = await Assert.ThrowsAsync<FaultException>(() => store.LinkAsync(picture).AsTask());
        _requests.Take();
        await Assert.ThrowsAsync<FaultException>(() => store.LinkAsync(picture).AsTask());
        Assert.Empty(_requests.Take());
        _time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<FaultException>(() => store.LinkAsync(picture).AsTask());

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("Storage Blob Delegator", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(_requests.Take());
    }

    [Fact]
    public async Task LinkAsync_NoLinks_IsNull()
    {
        var store = new CachedArtifactStore(
            new AzureBlobArtifactStore(new BlobContainerClient(new Uri("https://127.0.0.1:1/account/artifacts"))), capacityBytes: 0);

        Assert.Null(await store.LinkAsync(new ArtifactRef("a", "image/png", 1, new string('0', 64))));
    }

    private static DateTimeOffset Expiry(Uri link) => DateTimeOffset.Parse(
        Uri.UnescapeDataString(link.Query.Split('&', '?').Single(part => part.StartsWith("se=", StringComparison.Ordinal))[3..]),
        System.Globalization.CultureInfo.InvariantCulture);

    private CachedArtifactStore Open(IdentityToken identity)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(azurite.Client) };
        options.AddPolicy(_requests, Azure.Core.HttpPipelinePosition.PerRetry);
        options.Retry.MaxRetries = 0;
        var service = new BlobServiceClient(azurite.BlobEndpoint, identity, options);
        var store = new AzureBlobArtifactStore(
            service.GetBlobContainerClient(_name), new BlobLinks(service, TimeSpan.FromMinutes(10), _time));
        return new CachedArtifactStore(store, capacityBytes: 0);
    }
}
