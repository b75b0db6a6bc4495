using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Aigc.TestKit;

namespace Aigc.Web.Tests;

/// <summary>The page's files as the service answers with them.</summary>
public sealed partial class WebPageFilesTests : IAsyncLifetime, IDisposable
{
    private const int MaxBytes = 60 * 1024;

    private readonly HttpClient _http = new();
    private ServeProcess _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ServeProcess.StartAsync();
        _http.BaseAddress = _server.Address;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("""(?:href|src)="(?<path>web/[^"]+)"|from '(?<path>\./[^']+)'|url\((?<path>[^)]+)\)""")]
    private static partial Regex References();

    [Fact]
    public async Task Page_WithAllItReferences_IsThereAndBelow60KB()
    {
        var (waiting, seen, bytes) = (new Queue<Uri>([_server.Address]), new HashSet<Uri>(), 0L);
        while (waiting.TryDequeue(out var address))
        {
            if (!seen.Add(address))
                continue;
            var text = await _http.GetStringAsync(address);
            bytes += System.Text.Encoding.UTF8.GetByteCount(text);
            foreach (Match reference in References().Matches(text))
                waiting.Enqueue(new Uri(address, reference.Groups["path"].Value));
        }

        Assert.True(bytes < MaxBytes, $"{bytes} bytes");
        // Nothing ships that no file refers to.
        Assert.Equal(Directory.GetFiles(RepositoryRoot.Combine("core", "Api", "Web", "Page")).Length, seen.Count);
    }

    [Theory]
    [InlineData("", "text/html")]
    [InlineData("web/page.css", "text/css")]
    [InlineData("web/page.js", "text/javascript")]
    [InlineData("web/icon.svg", "image/svg+xml")]
    public async Task Get_File_HasItsTypeAndPolicyAndIsNotSentTwice(string path, string type)
    {
        using var first = await _http.GetAsync(path);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _http.SendAsync(again);

        Assert.Equal(type, first.Content.Headers.ContentType!.MediaType);
        Assert.Equal("utf-8", first.Content.Headers.ContentType.CharSet);
        Assert.Equal("nosniff", Assert.Single(first.Headers.GetValues("X-Content-Type-Options")));
        var policy = Assert.Single(first.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Upload_PictureOrNot_IsStoredOnceOrRefused()
    {
        var bytes = await File.ReadAllBytesAsync(RepositoryRoot.Combine("docs", "gallery.png"));
        using var first = await PostAsync(bytes);
        using var second = await PostAsync(bytes);
        using var noPicture = await PostAsync("<svg/>"u8.ToArray());
        using var empty = await PostAsync([]);
        using var large = await PostAsync(new byte[(20 << 20) + 1]);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(bytes, await _http.GetByteArrayAsync(first.Headers.Location));
        Assert.Equal(HttpStatusCode.BadRequest, noPicture.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        return await _http.PostAsync("api/artifacts", content);
    }
}
