using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api.Web;

/// <summary>The web page over the native routes: a few files that ship in this assembly and hold nothing of any caller.</summary>
public static class WebPage
{
    /// <summary>What the paths of its files start with, without the leading slash; the page itself is at the root.</summary>
    public const string Folder = "web";

    private const string Index = "index.html";

    // Scripts and styles come from files alone, so that text of a prompt can never run. Pictures that need a key are shown from memory.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'; ";

    private static readonly Lazy<Dictionary<string, WebFile>> _files = new(WebFile.ReadAll);

    /// <summary>The paths of the page and its files, with the leading slash. They need no key: what the page asks for does.</summary>
    public static IReadOnlyList<string> Paths =>
        [.. _files.Value.Keys.Select(name => name == Index ? "/" : $"/{Folder}/{name}").Order(StringComparer.Ordinal)];

    /// <summary>Answers with the page or one of its files: with an ETag, by which caches ask again, and a strict policy.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">One of <see cref="Paths"/>; any other is answered with 404.</param>
    /// <param name="pictures">Where else pictures may come from: the store that artifacts are redirected to; null for nowhere.</param>
    public static IActionResult Get(HttpRequest request, string path, Uri? pictures = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        var headers = request.HttpContext.Response.Headers;
        SecurityHeaders.Set(headers);
        if (Find(path) is not { } file)
            return Answers.Problem(404, "not_found", "the web page has no such file");
        var elsewhere = pictures is null ? "" : $" {pictures.GetLeftPart(UriPartial.Authority)}";
        headers.ContentSecurityPolicy = $"{Policy}img-src 'self' blob:{elsewhere}; connect-src 'self'{elsewhere}";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // A new build's files must be used together at once; asking again costs a 304.
        headers.CacheControl = "no-cache";
        return new FileContentResult(file.Bytes, file.ContentType) { EntityTag = file.Tag };
    }

    private static WebFile? Find(string path)
    {
        const string Below = $"/{Folder}/";
        var name = path == "/" ? Index : path.StartsWith(Below, StringComparison.Ordinal) ? path[Below.Length..] : "";
        return _files.Value.GetValueOrDefault(name);
    }
}
