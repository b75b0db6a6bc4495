using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Http;

/// <summary>The native routes. Function keys guard them in Azure; a local host asks for none.</summary>
public sealed class GenerationFunctions(IArtifactStore store, IStageExecutor executor, DurableEngineOptions options, TimeProvider time)
{
    [Function("StartGeneration")]
    public Task<IActionResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = GenerationRoutes.Generations)] HttpRequest request,
        [DurableClient] DurableTaskClient client) =>
        GenerationsApi.StartAsync(request, Engine(client), id => ManagementPayload.Of(client, id));

    [Function("GetGeneration")]
    public Task<IActionResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = GenerationRoutes.Generation)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => GenerationsApi.GetAsync(request, Engine(client), id);

    [Function("ListGenerations")]
    public Task<IActionResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = GenerationRoutes.Generations)] HttpRequest request,
        [DurableClient] DurableTaskClient client) => GenerationsApi.ListAsync(request, Engine(client));

    [Function("DeleteGeneration")]
    public Task<IActionResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = GenerationRoutes.Generation)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => GenerationsApi.DeleteAsync(request, Engine(client), id);

    [Function("GetGenerationEvents")]
    public Task<IActionResult> EventsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = GenerationRoutes.Events)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => GenerationsApi.EventsAsync(request, Engine(client), id, time);

    [Function("CancelGeneration")]
    public Task<IActionResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = GenerationRoutes.Cancel)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => GenerationsApi.CancelAsync(request, Engine(client), id);

    [Function("GetArtifact")]
    public Task<IActionResult> ArtifactAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = GenerationRoutes.Artifact)] HttpRequest request, string name) =>
        GenerationsApi.ArtifactAsync(request, store, name);

    private DurableEngine Engine(DurableTaskClient client) => new(client, store, executor, options, time);
}
