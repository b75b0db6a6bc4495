using System.Text.Json;
using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.OpenAi;

/// <summary>The answer to a request that does not stream.</summary>
internal static class PictureAnswer
{
    /// <summary>Makes the answer of a finished job.</summary>
    /// <param name="status">A completed job.</param>
    /// <param name="parameters">What was asked for.</param>
    /// <param name="store">Where its pictures are.</param>
    /// <param name="request">Whose scheme and host the URLs have.</param>
    /// <exception cref="FaultException">A picture cannot be read.</exception>
    public static async Task<IResult> OfAsync(JobStatus status, ImageParameters parameters, IArtifactStore store, HttpRequest request)
    {
        var bytes = new ReadOnlyMemory<byte>[status.Pictures.Count];
        var urls = new string?[bytes.Length];
        foreach (var (i, picture) in status.Pictures.Index())
        {
            if (parameters.AsUrl)
                urls[i] = await UrlAsync(request, store, picture.Picture).ConfigureAwait(false);
            else
                bytes[i] = await store.ReadPictureAsync(picture.Picture, request.HttpContext.RequestAborted).ConfigureAwait(false);
        }

        return new JsonResult(JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("created", status.CreatedAt.ToUnixTimeSeconds());
            json.WriteString("background", Words.Background);
            json.WriteString("output_format", Words.Format(parameters.Request.Format));
            if (status.Pictures is [var first, ..])
                json.WriteString("size", Words.Size(first.Width, first.Height));
            json.WriteStartArray("data");
            for (var i = 0; i < bytes.Length; i++)
                WritePicture(json, urls[i], bytes[i].Span, status.Pictures[i]);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private static void WritePicture(Utf8JsonWriter json, string? url, ReadOnlySpan<byte> bytes, PictureResult picture)
    {
        json.WriteStartObject();
        if (url is not null)
            json.WriteString("url", url);
        else
            json.WriteBase64String("b64_json", bytes);
        Degraded.Write(json, picture);
        json.WriteEndObject();
    }

    // A store's own address opens without a key, as those of OpenAI do.
    private static async Task<string> UrlAsync(HttpRequest request, IArtifactStore store, ArtifactRef picture) =>
        await ArtifactAnswer.LinkAsync(request, store, picture, request.HttpContext.RequestAborted).ConfigureAwait(false) is { } link
            ? link.AbsoluteUri
            : $"{request.Scheme}://{request.Host}{JobJson.Url(picture, request.PathBase)}";
}
