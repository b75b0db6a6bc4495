using Aigc.Api;
using Aigc.Api.Generations;
using Aigc.Api.Hosts;
using Aigc.Api.Models;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Http;

/// <summary>What the loaded model can do, and how the hosts are.</summary>
public sealed class HostFunctions(Gateway gateway, IStageExecutor stages, IHostMonitor hosts)
{
    [Function("GetModel")]
    public IActionResult Model(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = GenerationRoutes.Model)] HttpRequest request) =>
        gateway.Answer(request, asked => ModelApi.GetAsync(asked, stages));

    [Function("ListHosts")]
    public IActionResult Hosts(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = GenerationRoutes.Hosts)] HttpRequest request) =>
        gateway.Answer(request, asked => HostsApi.ListAsync(asked, hosts));
}
