using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Net.Http.Headers;

namespace Aigc.Api.Generations;

/// <summary>The native routes: start a job, look at it, cancel it, fetch what it made.</summary>
/// <remarks>Every fault becomes a problem (RFC 9457); only a cancelled request throws.</remarks>
public static partial class GenerationsApi
{
    private const int MaxWaitSeconds = 60;
    private const int MaxKeyLength = 200;

    // Documents of jobs hold what other callers asked for.
    private const string JobDocuments = "jobs/";

    /// <summary><c>POST /api/generations</c>: 202 and where to ask, or 200 where it is done within <c>?wait=</c> seconds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="engine">Runs the job.</param>
    /// <param name="management">What more the host says of a job, by its id; null for nothing.</param>
    public static Task<IActionResult> StartAsync(
        HttpRequest request, IKeyedEngine engine, Func<string, IReadOnlyDictionary<string, string>>? management = null) => GuardAsync(
        request,
        async cancellationToken =>
        {
            var wait = WaitOf(request);
            var key = KeyOf(request);
            var body = await GenerationBody.ReadAsync(request.Body, cancellationToken).ConfigureAwait(false);
            var (status, _) = await engine.StartAsync(body.ToJob(), key, cancellationToken).ConfigureAwait(false);
            if (wait > TimeSpan.Zero)
                status = await WaitAsync(engine, status, wait, cancellationToken).ConfigureAwait(false);
            if (status.Ended)
                return Answers.Of(status);
            var answer = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["id"] = status.Id };
            foreach (var (name, value) in management?.Invoke(status.Id) ?? new Dictionary<string, string>())
                answer[name] = value;
            request.HttpContext.Response.Headers.Location = $"{request.PathBase}/{GenerationRoutes.Generations}/{status.Id}";
            request.HttpContext.Response.Headers.RetryAfter = "1";
            return Answers.Json(202, JsonSerializer.Serialize(answer));
        });

    /// <summary><c>GET /api/generations/{id}</c>: the job's status.</summary>
    public static Task<IActionResult> GetAsync(HttpRequest request, IPipelineEngine engine, string id) => GuardAsync(
        request,
        async cancellationToken => await engine.GetStatusAsync(id, cancellationToken).ConfigureAwait(false) is { } status
            ? Answers.Of(status)
            : Answers.Problem(404, "not_found", "there is no such job"));

    /// <summary><c>POST /api/generations/{id}/cancel</c>: 202, or 409 where it had ended.</summary>
    public static Task<IActionResult> CancelAsync(HttpRequest request, IPipelineEngine engine, string id) => GuardAsync(
        request,
        async cancellationToken => await engine.CancelAsync(id, cancellationToken).ConfigureAwait(false)
            ? new StatusCodeResult(202)
            : Answers.Problem(409, "ended", "the job has ended already"));

    /// <summary><c>GET /api/artifacts/{name}</c>: bytes, with an ETag and ranges.</summary>
    public static Task<IActionResult> ArtifactAsync(HttpRequest request, IArtifactStore store, string name) => GuardAsync(
        request,
        async cancellationToken =>
        {
            if (name.StartsWith(JobDocuments, StringComparison.Ordinal)
                || await store.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } reference)
                return Answers.Problem(404, "not_found", "there is no such artifact");
            var bytes = await store.ReadAsync(reference, cancellationToken).ConfigureAwait(false);
            return new FileContentResult(bytes.ToArray(), reference.MediaType)
            {
                EntityTag = new EntityTagHeaderValue($"\"{reference.Sha256}\""),
                EnableRangeProcessing = true,
            };
        });

    private static async Task<IActionResult> GuardAsync(HttpRequest request, Func<CancellationToken, Task<IActionResult>> handle)
    {
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
        catch (Exception e) when (e is not OperationCanceledException || !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? request.HttpContext.TraceIdentifier;
            LogFault(Logger(request), e, request.Method, request.Path, trace);
            return Answers.Problem(500, "internal", $"a fault of the service and not of the request; its log has it under trace id {trace}");
        }
    }

    private static ILogger Logger(HttpRequest request) =>
        request.HttpContext.RequestServices?.GetService<ILoggerFactory>()?.CreateLogger(typeof(GenerationsApi)) ?? NullLogger.Instance;

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, trace id {TraceId}")]
    private static partial void LogFault(ILogger logger, Exception exception, string method, string path, string traceId);

    private static TimeSpan WaitOf(HttpRequest request)
    {
        if (!request.Query.TryGetValue("wait", out var text))
            return TimeSpan.Zero;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxWaitSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new FaultException(FaultKind.BadRequest, $"wait is not a whole number of seconds from 0 to {MaxWaitSeconds}");
    }

    private static string? KeyOf(HttpRequest request)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var keys))
            return null;
        return keys is [{ Length: > 0 and <= MaxKeyLength } key]
            ? key
            : throw new FaultException(FaultKind.BadRequest, $"Idempotency-Key is not one value of 1 to {MaxKeyLength} characters");
    }

    private static async Task<JobStatus> WaitAsync(
        IKeyedEngine engine, JobStatus status, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        try
        {
            await foreach (var next in engine.WatchAsync(status.Id, limit.Token).ConfigureAwait(false))
                status = next;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up: the caller asks again.
        }

        return status;
    }
}
