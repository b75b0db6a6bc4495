using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api.Tests.Generations;

public sealed class ArtifactAnswerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Artifact_StoreThatGivesAddresses_IsARedirectThatNobodyElseMayKeep()
    {
        var store = new LinkingStore(_folder.Path, name => new Uri($"https://store.example.org/{name}?sig=a%2Fb"));
        await store.PutAsync("pictures/a.png", "image/png", new byte[] { 1 });
        var request = new DefaultHttpContext().Request;

        var answer = Assert.IsType<RedirectResult>(await GenerationsApi.ArtifactAsync(request, store, "pictures/a.png"));
        var missing = Assert.IsType<ContentResult>(await GenerationsApi.ArtifactAsync(request, store, "pictures/b.png"));

        Assert.Equal("https://store.example.org/pictures/a.png?sig=a%2Fb", answer.Url);
        Assert.False(answer.Permanent);
        Assert.Equal("private, max-age=30", request.HttpContext.Response.Headers.CacheControl);
        Assert.Equal(404, missing.StatusCode);
        Assert.Equal(0, store.Reads);
    }

    [Fact]
    public async Task Artifact_CallerHasItAlready_Is304WithoutAnAddress()
    {
        var store = new LinkingStore(_folder.Path, _ => throw new InvalidOperationException("no address is needed"));
        var reference = await store.PutAsync("pictures/a.png", "image/png", new byte[] { 1 });
        var request = new DefaultHttpContext().Request;
        request.Headers.IfNoneMatch = $"\"{reference.Sha256}\"";

        var answer = Assert.IsType<StatusCodeResult>(await GenerationsApi.ArtifactAsync(request, store, "pictures/a.png"));

        Assert.Equal(304, answer.StatusCode);
    }

    [Fact]
    public async Task Artifact_AddressRefused_IsCarriedByTheService()
    {
        var store = new LinkingStore(_folder.Path, _ => throw new FaultException(FaultKind.Unavailable, "no role"));
        await store.PutAsync("pictures/a.png", "image/png", new byte[] { 1, 2 });

        var answer = Assert.IsType<FileContentResult>(
            await GenerationsApi.ArtifactAsync(new DefaultHttpContext().Request, store, "pictures/a.png"));

        Assert.Equal([1, 2], answer.FileContents);
    }
}
