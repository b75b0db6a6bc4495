using Microsoft.AspNetCore.Http;

namespace Aigc.Api.OpenAi;

/// <summary>Server-sent events, each named by the <c>type</c> in its data, as OpenAI's are.</summary>
internal static class ServerEvent
{
    /// <summary>Makes an answer a stream of them.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        // Proxies that gather answers would hold partial pictures until they are of no use.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Sends one.</summary>
    /// <param name="response">An answer that is a stream of them.</param>
    /// <param name="type">Its type.</param>
    /// <param name="json">Its data: JSON on one line.</param>
    public static async Task SendAsync(HttpResponse response, string type, ReadOnlyMemory<byte> json)
    {
        var cancellationToken = response.HttpContext.RequestAborted;
        await response.WriteAsync($"event: {type}\ndata: ", cancellationToken).ConfigureAwait(false);
        await response.Body.WriteAsync(json, cancellationToken).ConfigureAwait(false);
        await response.WriteAsync("\n\n", cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
