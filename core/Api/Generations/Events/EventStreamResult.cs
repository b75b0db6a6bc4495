using System.Text;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api.Generations.Events;

/// <summary>
/// A job's events until its end, the caller's or the host's. Holds what the caller was told and the engine's latest status, and no queue:
/// a caller that reads slowly is told less often.
/// </summary>
internal sealed class EventStreamResult(IPipelineEngine engine, string id, Told told, TimeProvider time) : IActionResult
{
    // Proxies drop a connection that is silent for half a minute or more.
    private static readonly TimeSpan _keepAlive = TimeSpan.FromSeconds(15);

    // Steps are told of ten times a second at most; everything else at once.
    private static readonly TimeSpan _throttle = TimeSpan.FromMilliseconds(100);

    // A job of another process, or one not yet taken up after a restart, is looked at this often.
    private static readonly TimeSpan _lookAgain = TimeSpan.FromSeconds(1);

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var gone = context.HttpContext.RequestAborted;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(gone, Stopping.Of(request));
        try
        {
            await WriteAsync(response, "retry: 1000\n\n", gone).ConfigureAwait(false);
            while (!await FollowAsync(response, ending.Token).ConfigureAwait(false))
                await Task.Delay(_lookAgain, time, ending.Token).ConfigureAwait(false);
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The caller has gone, or comes back to the next process.
        }
        catch (FaultException e)
        {
            await FaultAsync(response, Answers.Problem(e, response: null).Content!, gone).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var problem = Answers.Problem(500, "internal", Guard.Unexpected(request, e));
            await FaultAsync(response, problem.Content!, gone).ConfigureAwait(false);
        }
    }

    /// <returns>False where the job has not ended and the engine tells no more for now.</returns>
    private async Task<bool> FollowAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var statuses = new TimedEnumerator<JobStatus>(engine.WatchAsync(id, cancellationToken), time, cancellationToken);
        await using (statuses.ConfigureAwait(false))
        {
            JobStatus? unsaid = null;
            long? saidAt = null;
            while (true)
            {
                var left = saidAt is { } at ? _throttle - time.GetElapsedTime(at) : TimeSpan.Zero;
                if (unsaid is not null && left <= TimeSpan.Zero)
                {
                    (saidAt, var late, unsaid) = (time.GetTimestamp(), unsaid, null);
                    await TellAsync(response, late, cancellationToken).ConfigureAwait(false);
                    if (late.Ended)
                        return true;
                    continue;
                }

                switch (await statuses.MoveNextAsync(unsaid is null ? _keepAlive : left).ConfigureAwait(false))
                {
                    case null when unsaid is null:
                        await WriteAsync(response, ":\n\n", cancellationToken).ConfigureAwait(false);
                        break;
                    case false:
                        return false;
                    case true:
                        unsaid = statuses.Current;
                        if (told.IsUrgent(unsaid))
                            saidAt = null;
                        break;
                }
            }
        }
    }

    private async Task TellAsync(HttpResponse response, JobStatus status, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var one in told.Tell(status, response.HttpContext.Request.PathBase))
        {
            any = true;
            await response.WriteAsync($"id: {one.Id}\nevent: {one.Name}\ndata: {one.Data}\n\n", cancellationToken).ConfigureAwait(false);
        }

        if (any)
            await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Task FaultAsync(HttpResponse response, string problem, CancellationToken cancellationToken) =>
        WriteAsync(response, $"event: fault\ndata: {problem}\n\n", cancellationToken);

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, Encoding.UTF8, cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
