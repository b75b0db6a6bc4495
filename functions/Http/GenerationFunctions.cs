using Aigc.Api;
using Aigc.Api.Generations;
using Aigc.Api.Uploads;
using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Http;

/// <summary>The native routes.</summary>
public sealed class GenerationFunctions(Gateway gateway, DurableEngines engines, IArtifactStore store, TimeProvider time)
{
    [Function("StartGeneration")]
    public IActionResult Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = GenerationRoutes.Generations)] HttpRequest request,
        [DurableClient] DurableTaskClient client) =>
        gateway.Answer(request, asked => GenerationsApi.StartAsync(asked, engines.Of(client), id => ManagementPayload.Of(client, id)));

    [Function("GetGeneration")]
    public IActionResult Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = GenerationRoutes.Generation)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => gateway.Answer(request, asked => GenerationsApi.GetAsync(asked, engines.Of(client), id));

    [Function("ListGenerations")]
    public IActionResult List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = GenerationRoutes.Generations)] HttpRequest request,
        [DurableClient] DurableTaskClient client) => gateway.Answer(request, asked => GenerationsApi.ListAsync(asked, engines.Of(client)));

    [Function("DeleteGeneration")]
    public IActionResult Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = GenerationRoutes.Generation)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => gateway.Answer(request, asked => GenerationsApi.DeleteAsync(asked, engines.Of(client), store, id));

    [Function("GetGenerationEvents")]
    public IActionResult Events(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = GenerationRoutes.Events)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => gateway.Answer(request, asked => GenerationsApi.EventsAsync(asked, engines.Of(client), id, time));

    [Function("CancelGeneration")]
    public IActionResult Cancel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = GenerationRoutes.Cancel)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => gateway.Answer(request, asked => GenerationsApi.CancelAsync(asked, engines.Of(client), id));

    [Function("GetArtifact")]
    public IActionResult Artifact(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = GenerationRoutes.Artifact)] HttpRequest request, string name) =>
        gateway.Answer(request, asked => GenerationsApi.ArtifactAsync(asked, store, name));

    [Function("StoreArtifact")]
    public IActionResult Upload(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = UploadsApi.Route)] HttpRequest request) =>
        gateway.Answer(request, asked => UploadsApi.StoreAsync(asked, store));
}
