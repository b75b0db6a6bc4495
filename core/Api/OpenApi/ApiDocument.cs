using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Aigc.Api.OpenApi;

/// <summary>The OpenAPI document of the routes, made when it is first asked for.</summary>
public static class ApiDocument
{
    /// <summary>Its path, without the leading slash.</summary>
    public const string Route = "openapi/v1.json";

    private static readonly Lazy<Task<Made>>[] _made =
        [.. Enum.GetValues<DocumentedHost>().Select(host => new Lazy<Task<Made>>(() => MakeAsync(host)))];

    /// <summary>The document's bytes: OpenAPI 3.1 as JSON.</summary>
    /// <param name="host">Whose document.</param>
    public static async Task<ReadOnlyMemory<byte>> BytesAsync(DocumentedHost host) =>
        (await _made[(int)host].Value.ConfigureAwait(false)).Bytes;

    /// <summary><c>GET /openapi/v1.json</c>: the document, with an ETag. It needs no key, as it holds nothing of any caller.</summary>
    /// <param name="request">The request.</param>
    /// <param name="host">Whose document.</param>
    public static async Task<IActionResult> GetAsync(HttpRequest request, DocumentedHost host)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (bytes, tag) = await _made[(int)host].Value.ConfigureAwait(false);
        var headers = request.HttpContext.Response.Headers;
        SecurityHeaders.Set(headers);
        headers.CacheControl = "no-cache";
        return new FileContentResult(bytes, "application/json") { EntityTag = tag };
    }

    private static async Task<Made> MakeAsync(DocumentedHost host)
    {
        var bytes = await DocumentBuilder.BuildAsync(host).ConfigureAwait(false);
        return new Made(bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\""));
    }

    private sealed record Made(byte[] Bytes, EntityTagHeaderValue Tag);
}
