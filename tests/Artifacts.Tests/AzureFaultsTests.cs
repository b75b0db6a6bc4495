using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Aigc.Artifacts.Tests;

/// <summary>What a storage account that fails looks like from outside; the answers are canned, the client is real.</summary>
public sealed class AzureFaultsTests
{
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Put_ServerStaysBusy_IsUnavailableWithItsRetryHint(HttpStatusCode status)
    {
        var store = Store((_, _) =>
        {
            var answer = new HttpResponseMessage(status);
            answer.Headers.Add("Retry-After", "0");
            return Task.FromResult(answer);
        });

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await store.PutAsync("a", "image/png", new byte[3]));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Equal(TimeSpan.Zero, fault.RetryAfter);
    }

    [Fact]
    public async Task Find_NoConnection_IsUnavailableAndNamesTheAccount()
    {
        var store = Store((_, _) => throw new HttpRequestException("refused"));

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await store.FindAsync("a"));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Null(fault.RetryAfter);
        Assert.Contains("'pictures' of storage account 'account'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NoAnswer_IsUnavailable()
    {
        var store = Store(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }, TimeSpan.FromMilliseconds(50));

        var fault = await Assert.ThrowsAsync<FaultException>(async () => await store.FindAsync("a"));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
    }

    [Fact]
    public async Task Find_CancelledWhileWaiting_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var store = Store(async (_, cancellationToken) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.FindAsync("a", cancellation.Token));
    }

    // Azurite says 409 where other servers say 412.
    [Fact]
    public async Task Put_ConditionNotMet_FindsWhatIsThere()
    {
        var store = Store((request, _) =>
        {
            var answer = new HttpResponseMessage(request.Method == HttpMethod.Head ? HttpStatusCode.OK : HttpStatusCode.PreconditionFailed);
            answer.Headers.Add("x-ms-error-code", "ConditionNotMet");
            answer.Headers.Add("x-ms-meta-sha256", new string('0', 64));
            answer.Headers.Add("x-ms-meta-length", "7");
            answer.Content.Headers.Add("Content-Type", "image/png");
            return Task.FromResult(answer);
        });

        var reference = await store.PutAsync("a", "image/png", new byte[3]);

        Assert.Equal(new ArtifactRef("a", "image/png", 7, new string('0', 64)), reference);
    }

    private static AzureBlobArtifactStore Store(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer, TimeSpan? timeout = null)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(new CannedAnswers(answer))) };
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.NetworkTimeout = timeout ?? TimeSpan.FromSeconds(60);
        return new AzureBlobArtifactStore(new BlobContainerClient(new Uri("https://account.blob.core.windows.net/pictures"), options));
    }

    private sealed class CannedAnswers(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, cancellationToken);
    }
}
