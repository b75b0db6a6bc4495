using System.Diagnostics;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Api;

/// <summary>Runs a native route's handler and makes a problem of every fault; only a cancelled request throws.</summary>
internal static partial class Guard
{
    public static async Task<IActionResult> RunAsync(HttpRequest request, Func<CancellationToken, Task<IActionResult>> handle)
    {
        SecurityHeaders.Set(request.HttpContext.Response.Headers);
        try
        {
            return await handle(request.HttpContext.RequestAborted).ConfigureAwait(false);
        }
        catch (FaultException e)
        {
            return Answers.Problem(e, request.HttpContext.Response);
        }
        catch (IdempotencyConflictException e)
        {
            return Answers.Problem(409, "idempotency_conflict", e.Message);
        }
        catch (BadHttpRequestException e)
        {
            // Kestrel's own words for a body that is too long, comes too slowly or ends too soon.
            return Answers.Problem(e.StatusCode, HttpFaults.CodeOf(e), e.Message);
        }
        catch (IOException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // Stores and journals have faults of their own: this is the request's body.
            return Answers.Problem(400, "bad_request", HttpFaults.BrokenBody);
        }
        catch (Exception e) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Answers.Problem(500, "internal", Unexpected(request, e));
        }
    }

    /// <summary>Logs what should not have happened.</summary>
    /// <returns>A sentence for the caller, with the trace id that the log has it under.</returns>
    public static string Unexpected(HttpRequest request, Exception exception)
    {
        var trace = Activity.Current?.TraceId.ToString() ?? request.HttpContext.TraceIdentifier;
        LogFault(LoggerOf(request), exception, request.Method, request.Path, trace);
        return $"a fault of the service and not of the request; its log has it under trace id {trace}";
    }

    /// <summary>The log of the host that answers a request; none where it has none.</summary>
    public static ILogger LoggerOf(HttpRequest request) =>
        request.HttpContext.RequestServices?.GetService<ILoggerFactory>()?.CreateLogger(typeof(Guard)) ?? NullLogger.Instance;

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, trace id {TraceId}")]
    private static partial void LogFault(ILogger logger, Exception exception, string method, string path, string traceId);
}
