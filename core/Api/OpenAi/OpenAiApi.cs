using System.Text.Json;
using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.OpenAi;

/// <summary>
/// The OpenAI Images API, for clients that were written for it: generations, edits and models. A parameter that would not be honoured is
/// refused with a stable code and never ignored.
/// </summary>
/// <remarks>
/// Every fault becomes OpenAI's error shape; only a cancelled request throws. A client that leaves before its answer is whole cancels its
/// job, unless it sent an <c>Idempotency-Key</c>: then the job goes on, and the same request with the same key finds it.
/// </remarks>
/// <param name="engine">Runs the jobs.</param>
/// <param name="stages">Says what the loaded model can do.</param>
/// <param name="store">Where pictures are.</param>
/// <param name="time">The clock of events.</param>
public sealed class OpenAiApi(IKeyedEngine engine, IStageExecutor stages, IArtifactStore store, TimeProvider time)
{
    private const string Owner = "aigc-functions";

    /// <summary><c>POST /v1/images/generations</c>: pictures of a prompt.</summary>
    /// <remarks>
    /// <c>response_format</c> left out is <c>b64_json</c>, as it is for every model that OpenAI still serves. <c>size</c> is that of the
    /// file answered; <c>output_compression</c> left out is 100, the best quality.
    /// </remarks>
    public Task<IResult> GenerateAsync(HttpRequest request) => GuardAsync(
        request,
        async cancellationToken =>
        {
            var capabilities = await stages.DescribeAsync(cancellationToken).ConfigureAwait(false);
            var parameters = await BodyReader.ReadAsync(
                request.Body,
                GenerationBody.MaxBytes,
                body => ImageParameters.Read(ParameterReader.Of(body), capabilities, edit: false),
                cancellationToken).ConfigureAwait(false);
            return await AnswerAsync(request, parameters, parameters.ToJob(), "image_generation").ConfigureAwait(false);
        });

    /// <summary><c>POST /v1/images/edits</c>: pictures of a prompt that start from a picture, image to image.</summary>
    /// <remarks>Of the parameters of a generation it has all, and <c>strength</c> besides: above 0 to 1, left out 0.8.</remarks>
    public Task<IResult> EditAsync(HttpRequest request) => GuardAsync(
        request,
        async cancellationToken =>
        {
            var capabilities = await stages.DescribeAsync(cancellationToken).ConfigureAwait(false);
            var form = await EditForm.ReadAsync(request, cancellationToken).ConfigureAwait(false);
            var parameters = ImageParameters.Read(form.Parameters, capabilities, edit: true);
            var image = await StoreAsync(form.Image, cancellationToken).ConfigureAwait(false);
            return await AnswerAsync(request, parameters, parameters.ToJob(image), "image_edit").ConfigureAwait(false);
        });

    /// <summary><c>GET /v1/models</c>: the loaded model.</summary>
    public Task<IResult> ModelsAsync(HttpRequest request) => GuardAsync(
        request,
        async cancellationToken =>
        {
            var capabilities = await stages.DescribeAsync(cancellationToken).ConfigureAwait(false);
            return new JsonResult(JsonBytes.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("object", "list");
                json.WriteStartArray("data");
                WriteModel(json, capabilities);
                json.WriteEndArray();
                json.WriteEndObject();
            }));
        });

    /// <summary><c>GET /v1/models/{id}</c>: the loaded model, by its name.</summary>
    public Task<IResult> ModelAsync(HttpRequest request, string id) => GuardAsync(
        request,
        async cancellationToken =>
        {
            var capabilities = await stages.DescribeAsync(cancellationToken).ConfigureAwait(false);
            if (id != capabilities.ModelName)
                throw ImageParameters.NoModel(id);
            return new JsonResult(JsonBytes.Write(json => WriteModel(json, capabilities)));
        });

    /// <summary>Any other request below <c>/v1</c>: 405 with <c>Allow</c> where the path is one of <see cref="OpenAiRoutes"/>, or 404.</summary>
    public static IResult Refuse(HttpRequest request)
    {
        var asked = $"{request.Method} {request.PathBase}{request.Path}";
        if (OpenAiRoutes.MethodOf(request.Path) is not { } method)
            return new OpenAiError(404, FaultCodes.UnknownUrl, Param: null, $"Unknown request URL: {asked}.");
        request.HttpContext.Response.Headers.Allow = method;
        return new OpenAiError(405, FaultCodes.MethodNotAllowed, Param: null, $"Not allowed: {asked}. It takes {method}.");
    }

    private async Task<IResult> AnswerAsync(HttpRequest request, ImageParameters parameters, GenerationJob asked, string events)
    {
        var job = await PictureJob.StartAsync(engine, asked, IdempotencyKey.Of(request)).ConfigureAwait(false);
        await using (job.ConfigureAwait(false))
        {
            if (parameters.Stream)
                return await new PictureEvents(request.HttpContext, store, time, parameters, events).SendAsync(job).ConfigureAwait(false);
            var status = await job.EndAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
            if (PictureJob.FaultOf(status) is { } error)
                return error;
            return await PictureAnswer.OfAsync(status, parameters, store, request).ConfigureAwait(false);
        }
    }

    private async Task<ArtifactRef> StoreAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken)
    {
        try
        {
            return await InputPicture.StoreAsync(store, image, EditForm.What, cancellationToken).ConfigureAwait(false);
        }
        catch (FaultException e) when (e.Kind == FaultKind.BadRequest)
        {
            throw new ParameterException(FaultCodes.InvalidValue, "image", $"{e.Message}.");
        }
    }

    // When a model was made is nowhere written, and the field must be a number.
    private static void WriteModel(Utf8JsonWriter json, EngineCapabilities capabilities)
    {
        json.WriteStartObject();
        json.WriteString("id", capabilities.ModelName);
        json.WriteString("object", "model");
        json.WriteNumber("created", 0);
        json.WriteString("owned_by", Owner);
        json.WriteEndObject();
    }

    private static async Task<IResult> GuardAsync(HttpRequest request, Func<CancellationToken, Task<IResult>> handle)
    {
        try
        {
            return await handle(request.HttpContext.RequestAborted).ConfigureAwait(false);
        }
        catch (ParameterException e)
        {
            return OpenAiError.Of(e);
        }
        catch (FaultException e)
        {
            return OpenAiError.Of(e);
        }
        catch (IdempotencyConflictException e)
        {
            return new OpenAiError(409, FaultCodes.IdempotencyConflict, Param: null, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            var code = e.StatusCode == 400 ? FaultCodes.InvalidRequest : HttpFaults.CodeOf(e);
            return new OpenAiError(e.StatusCode, code, Param: null, e.Message);
        }
        catch (IOException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // Stores and journals have faults of their own: this is the request's body.
            return new OpenAiError(400, FaultCodes.InvalidRequest, Param: null, HttpFaults.BrokenBody);
        }
        catch (Exception e) when (e is not OperationCanceledException || !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return OpenAiError.Of(FaultKind.Internal, Guard.Unexpected(request, e));
        }
    }
}
