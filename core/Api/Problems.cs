using System.Text.Json;
using Aigc.Api.OpenAi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api;

/// <summary>Sees to it that no answer of a server of its own is a bare status: unknown routes, wrong methods, bodies that break off.</summary>
public static class Problems
{
    private const string OpenAiPrefix = "/v1";

    /// <summary>Adds security headers to every answer, and a body to every refusal that has none. Before everything else.</summary>
    /// <param name="app">The host.</param>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        SecurityHeaders.Set(context.Response.Headers);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, e.StatusCode, "bad_request", e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, 500, "internal", Guard.Unexpected(context.Request, e)).ConfigureAwait(false);
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
        {
            var (code, detail) = Bare(context);
            await WriteAsync(context, context.Response.StatusCode, code, detail).ConfigureAwait(false);
        }
    });

    /// <summary>Writes a refusal: in OpenAI's shape below <c>/v1</c>, as a problem (RFC 9457) elsewhere.</summary>
    /// <param name="context">The request; nothing of its answer has been sent.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">A stable code for programs.</param>
    /// <param name="detail">One sentence for people.</param>
    public static async Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        ArgumentNullException.ThrowIfNull(context);
        var problem = Answers.Problem(status, code, detail);
        var (type, body) = (problem.ContentType!, problem.Content!);
        if (context.Request.Path.StartsWithSegments(OpenAiPrefix))
        {
            var error = new { message = detail, type = OpenAiError.TypeOf(status), param = (string?)null, code };
            (type, body) = ("application/json", JsonSerializer.Serialize(new { error }));
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static (string Code, string Detail) Bare(HttpContext context) => context.Response.StatusCode switch
    {
        404 => ("not_found", "there is no such route"),
        405 => ("method_not_allowed", $"this route does not take {context.Request.Method}: it takes {context.Response.Headers.Allow}"),
        413 => ("too_large", "the body is too long"),
        415 => ("unsupported_media_type", "the body is of a type that this route does not take"),
        var status => ("refused", $"the request was refused with status {status}"),
    };
}
