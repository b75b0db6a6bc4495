using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api.Uploads;

/// <summary>Takes in pictures that requests start from.</summary>
public static class UploadsApi
{
    /// <summary>The path, without the leading slash: below it the same pictures are fetched.</summary>
    public const string Route = GenerationRoutes.Artifacts;

    /// <summary>The longest file, in bytes: 20 MiB, held in memory while it is taken in.</summary>
    public const int MaxBytes = 20 << 20;

    /// <summary>
    /// <c>POST /api/artifacts</c>: the body is a PNG, JPEG or WebP file, told by its first bytes. 201 with <c>image</c>, the reference
    /// for a request's field of that name, and <c>url</c>; 413 above <see cref="MaxBytes"/>, 400 for other files.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="store">Where the stages read.</param>
    public static Task<IActionResult> StoreAsync(HttpRequest request, IArtifactStore store) => Guard.RunAsync(
        request,
        async cancellationToken =>
        {
            if (request.ContentLength > MaxBytes || await ReadAsync(request, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                var detail = string.Create(CultureInfo.InvariantCulture, $"the picture is longer than {MaxBytes} bytes: make it smaller");
                return Answers.Problem(413, "too_large", detail);
            }

            var reference = await InputPicture.StoreAsync(store, bytes, "the picture", cancellationToken).ConfigureAwait(false);
            var url = JobJson.Url(reference, request.PathBase);
            request.HttpContext.Response.Headers.Location = url;
            return Answers.Json(201, JsonSerializer.Serialize(new { image = reference.ToString(), url }));
        });

    /// <returns>Null where the body is too long.</returns>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        const int Chunk = 64 << 10;
        using var whole = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            while (await request.Body.ReadAsync(chunk.AsMemory(0, Chunk), cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                if (whole.Length + read > MaxBytes)
                    return null;
                whole.Write(chunk, 0, read);
            }

            return whole.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk, clearArray: true);
        }
    }
}
