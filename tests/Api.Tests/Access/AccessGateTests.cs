using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.TestKit;

namespace Aigc.Api.Tests.Access;

public sealed class AccessGateTests
{
    private const string One = "one-key-of-enough-characters";
    private const string Other = "other-key-of-enough-characters";

    private static readonly AccessOptions _keys = new()
    {
        Keys =
        [
            ApiKey.Parse("one", $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(One)))}", mayBePlain: false),
            ApiKey.Parse("other", Other, mayBePlain: true),
        ],
    };

    [Theory]
    [InlineData("Authorization", $"Bearer {One}", 200)]
    [InlineData("Authorization", $"bearer {Other}", 200)]
    [InlineData("x-api-key", One, 200)]
    [InlineData("x-api-key", One + "x", 401)]
    [InlineData("Authorization", One, 401)]
    [InlineData("Authorization", "Bearer ", 401)]
    [InlineData("x-other", One, 401)]
    public async Task Gate_WithKeys_LetsThoseThroughThatPresentOne(string header, string value, int status)
    {
        await using var host = new ApiHost(_keys);

        using var answer = await GetAsync(host, "api/generations", header, value);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count > 0);
    }

    [Fact]
    public async Task Gate_NoKey_LeavesProbesOpenAndAnswersV1InItsOwnShape()
    {
        await using var host = new ApiHost(_keys);

        using var open = await GetAsync(host, "open");
        using var closed = await GetAsync(host, "v1/models");

        Assert.Equal((200, 401), ((int)open.StatusCode, (int)closed.StatusCode));
        var error = JsonElement.Parse(await closed.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal("invalid_api_key", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Gate_RateUsedUp_Is429ForThatKeyAlone()
    {
        await using var host = new ApiHost(_keys with { RequestsPerMinute = 1 });

        using var first = await GetAsync(host, "api/generations", "x-api-key", One);
        using var second = await GetAsync(host, "api/generations", "x-api-key", One);
        using var other = await GetAsync(host, "api/generations", "x-api-key", Other);

        Assert.Equal((200, 429, 200), ((int)first.StatusCode, (int)second.StatusCode, (int)other.StatusCode));
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task Gate_RateUsedUpBelowV1_IsWhatOpenAiCallsARateLimitError()
    {
        await using var host = new ApiHost(_keys with { RequestsPerMinute = 1 });

        using var first = await GetAsync(host, "api/generations", "x-api-key", One);
        using var second = await GetAsync(host, "v1/models", "x-api-key", One);

        var error = JsonElement.Parse(await second.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((429, "rate_limit_error"), ((int)second.StatusCode, error.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Gate_RequestUnderWay_CountsUntilItEnds()
    {
        await using var host = new ApiHost(_keys with { Concurrency = 1 });
        var point = host.Stages.Enhancing = new SyncPoint();
        var asked = new HttpRequestMessage(HttpMethod.Post, "api/generations?wait=60") { Content = new StringContent("""{"prompt":"a"}""") };
        asked.Content.Headers.ContentType = null;
        asked.Headers.Add("x-api-key", One);
        var first = host.Client.SendAsync(asked);
        await point.WaitForSyncPoint();

        using var second = await GetAsync(host, "api/generations", "x-api-key", One);
        point.Continue();
        using var ended = await first;
        using var third = await GetAsync(host, "api/generations", "x-api-key", One);

        Assert.Equal((429, 200, 200), ((int)second.StatusCode, (int)ended.StatusCode, (int)third.StatusCode));
        Assert.NotNull(second.Headers.RetryAfter);
        asked.Dispose();
    }

    [Theory]
    [InlineData("Host", "127.0.0.1:7071", 200)]
    [InlineData("Host", "[::1]:7071", 200)]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Origin", "http://localhost", 200)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    public async Task Gate_WithoutKeys_AnswersThisMachineAndNoPageOfAnotherOrigin(string header, string value, int status)
    {
        await using var host = new ApiHost();

        using var answer = await GetAsync(host, "api/generations", header, value);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("sha256:abc")]
    [InlineData("sha256:zz")]
    [InlineData("short")]
    public void Parse_TextThatIsNoKey_IsRefusedWithoutShowingIt(string text)
    {
        var fault = Assert.Throws<FaultException>(() => ApiKey.Parse("mine", text, mayBePlain: true));

        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Contains("'mine'", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, fault.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetAsync(ApiHost host, string path, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, value);
        return await host.Client.SendAsync(request);
    }
}
