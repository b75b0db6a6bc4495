using System.IO.Compression;
using Aigc.Api.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Scalar.AspNetCore;

namespace Aigc.Api.OpenApi;

/// <summary>Scalar's page over <see cref="ApiDocument"/>: a script that its package carries, and nothing from any other host.</summary>
public static class DocsPage
{
    /// <summary>The page's path, without the leading slash; its files are below it.</summary>
    public const string Route = "docs";

    private const string Index = "index.html";
    private const string Script = "scalar.js";
    private const string Icon = "icon.svg";

    // The script puts its styles into the page by itself, and shows pictures that answers held.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Lazy<Dictionary<string, WebFile>> _files = new(ReadAll);

    /// <summary>The paths of the page and its files, with the leading slash. They need no key: what is tried on the page does.</summary>
    public static IReadOnlyList<string> Paths { get; } = [$"/{Route}", $"/{Route}/docs.js", $"/{Route}/{Icon}", $"/{Route}/{Script}"];

    /// <summary>Answers with the page or one of its files, with an ETag and a strict policy.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">One of <see cref="Paths"/>; any other is answered with 404.</param>
    public static IActionResult Get(HttpRequest request, string path)
    {
        ArgumentNullException.ThrowIfNull(request);
        var headers = request.HttpContext.Response.Headers;
        SecurityHeaders.Set(headers);
        // Its files' addresses are meant from the root on.
        if (path == Paths[0] && request.Path.Value?.EndsWith('/') == true)
            return new RedirectResult(request.PathBase + path, permanent: true);
        if (!Paths.Contains(path))
            return Api.Answers.Problem(404, "not_found", "the page has no such file");
        var file = _files.Value[path == Paths[0] ? Index : path[(Route.Length + 2)..]];
        headers.ContentSecurityPolicy = Policy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        return new FileContentResult(Encoded(request, file), file.ContentType) { EntityTag = file.Tag };
    }

    // The script is kept as the package has it: it is five megabytes otherwise.
    private static byte[] Encoded(HttpRequest request, WebFile file)
    {
        if (file.Name != Script)
            return file.Bytes;
        var headers = request.HttpContext.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is null or > 0))
        {
            headers.ContentEncoding = "gzip";
            return file.Bytes;
        }

        using var whole = new MemoryStream();
        using (var zip = new GZipStream(new MemoryStream(file.Bytes), CompressionMode.Decompress))
            zip.CopyTo(whole);
        return whole.ToArray();
    }

    private static Dictionary<string, WebFile> ReadAll()
    {
        var files = WebFile.ReadAll($"{Route}/");
        files.Add(Icon, WebFile.ReadAll()[Icon]);
        files.Add(Script, WebFile.Read(typeof(ScalarOptions).Assembly, $"ScalarStaticAssets.{Script}", Script));
        return files;
    }
}
