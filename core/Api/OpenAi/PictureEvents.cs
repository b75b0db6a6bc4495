using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.OpenAi;

/// <summary>The answer to a request that streams: server-sent events, a partial or a finished picture each.</summary>
/// <remarks>
/// Nothing is sent before the first event or the first keep-alive, so that a job that fails before it answers with its own HTTP status; one
/// that fails later ends the stream with an event of type <c>error</c>. A keep-alive is a comment, every quarter of a minute in which
/// nothing happens.
/// </remarks>
internal sealed class PictureEvents(HttpContext context, IArtifactStore store, TimeProvider time, ImageParameters parameters, string prefix)
{
    // Proxies drop a connection that is silent for half a minute or more.
    private static readonly TimeSpan _keepAlive = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, (int Step, int Sent)> _partials = [];
    private readonly HashSet<int> _completed = [];

    /// <summary>Sends what there is to send of a job until it has ended.</summary>
    /// <returns>The error that is left to tell, if the job has one.</returns>
    /// <exception cref="FaultException">A picture cannot be read.</exception>
    public async Task<IResult> SendAsync(PictureJob job)
    {
        var statuses = new TimedEnumerator<JobStatus>(job.WatchAsync(context.RequestAborted), time, context.RequestAborted);
        await using (statuses.ConfigureAwait(false))
        {
            IResult left = Results.Empty;
            while (true)
            {
                switch (await statuses.MoveNextAsync(_keepAlive).ConfigureAwait(false))
                {
                    case null:
                        await SendKeepAliveAsync().ConfigureAwait(false);
                        break;
                    case false:
                        return left;
                    case true:
                        await TellAsync(statuses.Current).ConfigureAwait(false);
                        if (statuses.Current.Ended && PictureJob.FaultOf(statuses.Current) is { } error)
                            left = error;
                        break;
                }
            }
        }
    }

    private async Task TellAsync(JobStatus status)
    {
        foreach (var picture in status.Pictures.Where(picture => _completed.Add(picture.Index)))
            await SendCompletedAsync(picture).ConfigureAwait(false);
        foreach (var preview in status.Previews.Where(IsNews))
            await SendPartialAsync(preview).ConfigureAwait(false);
    }

    private async Task SendKeepAliveAsync()
    {
        if (!context.Response.HasStarted)
            ServerEvent.Begin(context.Response);
        await context.Response.WriteAsync(":\n\n", context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    // The last step's preview would be the picture itself.
    private bool IsNews(PreviewPicture preview)
    {
        var (step, sent) = _partials.GetValueOrDefault(preview.Index);
        return preview.Step > step && preview.Step < parameters.Steps && sent < parameters.PartialImages
            && !_completed.Contains(preview.Index);
    }

    private async Task SendPartialAsync(PreviewPicture preview)
    {
        var sent = _partials.GetValueOrDefault(preview.Index).Sent;
        _partials[preview.Index] = (preview.Step, sent + 1);
        var bytes = await store.ReadPictureAsync(preview.Picture, context.RequestAborted).ConfigureAwait(false);
        var (width, height) = (parameters.Request.Width!.Value, parameters.Request.Height!.Value);
        var type = $"{prefix}.partial_image";
        await SendAsync(type, JsonBytes.Write(json =>
        {
            // A preview is a WebP of the size before enhancement, whatever was asked for: the event says what its bytes are.
            Begin(json, type, bytes.Span, OutputFormat.Webp, Words.Size(width, height), preview.Index);
            json.WriteNumber("partial_image_index", sent);
            json.WriteEndObject();
        })).ConfigureAwait(false);
    }

    private async Task SendCompletedAsync(PictureResult picture)
    {
        var bytes = await store.ReadPictureAsync(picture.Picture, context.RequestAborted).ConfigureAwait(false);
        var type = $"{prefix}.completed";
        await SendAsync(type, JsonBytes.Write(json =>
        {
            Begin(json, type, bytes.Span, parameters.Request.Format, Words.Size(picture.Width, picture.Height), picture.Index);
            WriteUsage(json);
            Degraded.Write(json, picture);
            json.WriteEndObject();
        })).ConfigureAwait(false);
    }

    private void Begin(Utf8JsonWriter json, string type, ReadOnlySpan<byte> bytes, OutputFormat format, string size, int index)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteBase64String("b64_json", bytes);
        json.WriteNumber("created_at", time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("size", size);
        json.WriteString("quality", Words.Quality);
        json.WriteString("background", Words.Background);
        json.WriteString("output_format", Words.Format(format));
        // OpenAI's events name no picture; with several, nothing else would tell whose a partial one is.
        if (parameters.Request.Count > 1)
            json.WriteNumber("image_index", index);
    }

    // The reference has it in every such event and clients read it; nothing is metered here.
    private static void WriteUsage(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("total_tokens", 0);
        json.WriteNumber("input_tokens", 0);
        json.WriteNumber("output_tokens", 0);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("text_tokens", 0);
        json.WriteNumber("image_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private Task SendAsync(string type, ReadOnlyMemory<byte> json)
    {
        if (!context.Response.HasStarted)
            ServerEvent.Begin(context.Response);
        return ServerEvent.SendAsync(context.Response, type, json);
    }
}
