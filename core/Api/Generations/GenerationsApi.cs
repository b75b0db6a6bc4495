using System.Globalization;
using System.Text.Json;
using Aigc.Api.Generations.Events;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api.Generations;

/// <summary>The native routes: start a job, look at it, list, cancel and forget jobs, fetch what they made.</summary>
/// <remarks>Every fault becomes a problem (RFC 9457); only a cancelled request throws.</remarks>
public static class GenerationsApi
{
    internal const int MaxWaitSeconds = 60;
    internal const int MaxListed = 100;
    internal const int DefaultListed = 20;

    private static readonly Dictionary<string, JobState> _states =
        Enum.GetValues<JobState>().ToDictionary(state => state.ToString().ToLowerInvariant());

    /// <summary><c>POST /api/generations</c>: 202 and where to ask, or 200 where it is done within <c>?wait=</c> seconds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="engine">Runs the job.</param>
    /// <param name="management">What more the host says of a job, by its id; null for nothing.</param>
    public static Task<IActionResult> StartAsync(
        HttpRequest request, IKeyedEngine engine, Func<string, IReadOnlyDictionary<string, string>>? management = null) => Guard.RunAsync(
        request,
        async cancellationToken =>
        {
            if (request.ContentType is { Length: > 0 } && !request.HasJsonContentType())
                return Answers.Problem(415, "unsupported_media_type", "the body's type is not JSON: send it as Content-Type: application/json");
            var wait = WaitOf(request);
            var key = IdempotencyKey.Of(request);
            var body = await GenerationBody.ReadAsync(request.Body, cancellationToken).ConfigureAwait(false);
            var (status, _) = await engine.StartAsync(body.ToJob(), key, cancellationToken).ConfigureAwait(false);
            if (wait > TimeSpan.Zero)
                status = await WaitAsync(request, engine, status, wait, cancellationToken).ConfigureAwait(false);
            if (status.Ended)
                return Answers.Of(status, request);
            var answer = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["id"] = status.Id };
            foreach (var (name, value) in management?.Invoke(status.Id) ?? new Dictionary<string, string>())
                answer[name] = value;
            request.HttpContext.Response.Headers.Location = $"{request.PathBase}/{GenerationRoutes.Generations}/{status.Id}";
            request.HttpContext.Response.Headers.RetryAfter = "1";
            return Answers.Json(202, JsonSerializer.Serialize(answer));
        });

    /// <summary><c>GET /api/generations</c>: jobs, newest first, by <c>?state=</c>, <c>?limit=</c> and <c>?after=</c>.</summary>
    public static Task<IActionResult> ListAsync(HttpRequest request, IPipelineEngine engine) => Guard.RunAsync(
        request,
        async cancellationToken =>
        {
            var page = await engine.ListAsync(StateOf(request), LimitOf(request), TextOf(request, "after"), cancellationToken)
                .ConfigureAwait(false);
            return Answers.Json(200, JobJson.Of(page, request.PathBase), request);
        });

    /// <summary><c>GET /api/generations/{id}</c>: the job's status.</summary>
    public static Task<IActionResult> GetAsync(HttpRequest request, IPipelineEngine engine, string id) => Guard.RunAsync(
        request,
        async cancellationToken => await engine.GetStatusAsync(id, cancellationToken).ConfigureAwait(false) is { } status
            ? Answers.Of(status, request)
            : NoJob());

    /// <summary><c>GET /api/generations/{id}/events</c>: the job's progress, previews, pictures and end, as server-sent events.</summary>
    /// <remarks>
    /// <c>status</c>, <c>preview</c>, <c>base</c>, <c>picture</c> and, last, <c>done</c>. The id of an event says all that the caller
    /// has been told, so that <c>Last-Event-ID</c> goes on from there, in whichever process; 204 after <c>done</c>.
    /// </remarks>
    /// <param name="request">The request.</param>
    /// <param name="engine">Runs the job.</param>
    /// <param name="id">The job's id.</param>
    /// <param name="time">The clock of keep-alives; null for the system's.</param>
    public static Task<IActionResult> EventsAsync(HttpRequest request, IPipelineEngine engine, string id, TimeProvider? time = null) =>
        Guard.RunAsync(
            request,
            async cancellationToken =>
            {
                if (await engine.GetStatusAsync(id, cancellationToken).ConfigureAwait(false) is null)
                    return NoJob();
                var told = Told.Parse(request.Headers["Last-Event-ID"]);
                // The specification's way of telling a browser not to connect again.
                return told.Done ? new StatusCodeResult(204) : new EventStreamResult(engine, id, told, time ?? TimeProvider.System);
            });

    /// <summary><c>POST /api/generations/{id}/cancel</c>: 202, or 409 where it had ended.</summary>
    public static Task<IActionResult> CancelAsync(HttpRequest request, IPipelineEngine engine, string id) => Guard.RunAsync(
        request,
        async cancellationToken => await engine.CancelAsync(id, cancellationToken).ConfigureAwait(false)
            ? new StatusCodeResult(202)
            : Answers.Problem(409, "ended", "the job has ended already"));

    /// <summary><c>DELETE /api/generations/{id}</c>: 204, or 409 while it runs.</summary>
    /// <remarks>
    /// With <c>?artifacts=true</c> its pictures, previews and base pictures go too. They are named by what was asked for, so that another
    /// job that asked for the same shares them, and then finds them gone; pictures that were handed in stay.
    /// </remarks>
    /// <param name="request">The request.</param>
    /// <param name="engine">Ran the job.</param>
    /// <param name="store">Has its pictures.</param>
    /// <param name="id">The job's id.</param>
    public static Task<IActionResult> DeleteAsync(HttpRequest request, IPipelineEngine engine, IArtifactStore store, string id) => Guard.RunAsync(
        request,
        async cancellationToken =>
        {
            // First, so that a caller who is told of a fault can ask again.
            if (WithArtifacts(request) && await engine.GetStatusAsync(id, cancellationToken).ConfigureAwait(false) is { Ended: true } last)
                await DeleteArtifactsAsync(last, store, cancellationToken).ConfigureAwait(false);
            if (!await engine.DeleteAsync(id, cancellationToken).ConfigureAwait(false))
                return Answers.Problem(409, "running", "the job is still running: cancel it first");
            return new StatusCodeResult(204);
        });

    /// <summary><c>GET /api/artifacts/{name}</c>: bytes, with an ETag and ranges.</summary>
    public static Task<IActionResult> ArtifactAsync(HttpRequest request, IArtifactStore store, string name) =>
        Guard.RunAsync(request, cancellationToken => ArtifactAnswer.OfAsync(request, store, name, cancellationToken));

    private static async Task DeleteArtifactsAsync(JobStatus ended, IArtifactStore store, CancellationToken cancellationToken)
    {
        string[] names =
        [
            .. ended.Pictures.Select(picture => picture.Picture.Name),
            .. ended.Bases.Select(picture => picture.Picture.Name),
            .. ended.Previews.Select(preview => preview.Picture.Name),
        ];
        foreach (var name in names.Distinct())
            await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
    }

    private static ContentResult NoJob() => Answers.Problem(404, "not_found", "there is no such job");

    private static string? TextOf(HttpRequest request, string name) => request.Query[name] switch
    {
        [] => null,
        [{ } text] => text,
        _ => throw new FaultException(FaultKind.BadRequest, $"{name} is given more than once"),
    };

    private static JobState? StateOf(HttpRequest request)
    {
        if (TextOf(request, "state") is not { } text)
            return null;
        return _states.TryGetValue(text, out var state)
            ? state
            : throw new FaultException(FaultKind.BadRequest, $"state is not one of {string.Join(", ", _states.Keys)}");
    }

    private static int LimitOf(HttpRequest request)
    {
        if (TextOf(request, "limit") is not { } text)
            return DefaultListed;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MaxListed
            ? limit
            : throw new FaultException(FaultKind.BadRequest, $"limit is not a whole number from 1 to {MaxListed}");
    }

    private static bool WithArtifacts(HttpRequest request) => TextOf(request, "artifacts") switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new FaultException(FaultKind.BadRequest, "artifacts is not true or false"),
    };

    private static TimeSpan WaitOf(HttpRequest request)
    {
        if (TextOf(request, "wait") is not { } text)
            return TimeSpan.Zero;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxWaitSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new FaultException(FaultKind.BadRequest, $"wait is not a whole number of seconds from 0 to {MaxWaitSeconds}");
    }

    private static async Task<JobStatus> WaitAsync(
        HttpRequest request, IKeyedEngine engine, JobStatus status, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping.Of(request));
        limit.CancelAfter(wait);
        try
        {
            await foreach (var next in engine.WatchAsync(status.Id, limit.Token).ConfigureAwait(false))
                status = next;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up, or the host's: the caller asks again.
        }

        return status;
    }
}
