using Aigc.Api;
using Aigc.Api.OpenAi;
using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Http;

/// <summary>The OpenAI Images API.</summary>
public sealed class OpenAiFunctions(
    Gateway gateway, DurableEngines engines, IStageExecutor stages, IArtifactStore store, TimeProvider time)
{
    [Function("OpenAiGenerations")]
    public IActionResult Generate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = OpenAiRoutes.Generations)] HttpRequest request,
        [DurableClient] DurableTaskClient client) => gateway.Answer(request, asked => Api(client).GenerateAsync(asked));

    [Function("OpenAiEdits")]
    public IActionResult Edit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = OpenAiRoutes.Edits)] HttpRequest request,
        [DurableClient] DurableTaskClient client) => gateway.Answer(request, asked => Api(client).EditAsync(asked));

    [Function("OpenAiModels")]
    public IActionResult Models(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OpenAiRoutes.Models)] HttpRequest request,
        [DurableClient] DurableTaskClient client) => gateway.Answer(request, asked => Api(client).ModelsAsync(asked));

    [Function("OpenAiModel")]
    public IActionResult Model(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OpenAiRoutes.Model)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id) => gateway.Answer(request, asked => Api(client).ModelAsync(asked, id));

    [Function("OpenAiOther")]
    public IActionResult Other(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", Route = OpenAiRoutes.Others)]
        HttpRequest request) => gateway.Answer(request, asked => Task.FromResult(OpenAiApi.Refuse(asked)));

    private OpenAiApi Api(DurableTaskClient client) => new(engines.Of(client), stages, store, time);
}
