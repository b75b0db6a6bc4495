using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Tests.Surface;

/// <summary>Functions as an isolated worker writes them: that this compiles is the test of the attributes.</summary>
public sealed class SampleFunctions
{
    [Function(nameof(Start))]
    public static async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "samples")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrate), 2, context?.CancellationToken ?? default);
        return new AcceptedResult("", client.CreateHttpManagementPayload(id));
    }

    [Function(nameof(Orchestrate))]
    public static async Task<int> Orchestrate([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return await context.CallActivityAsync<int>("Double", context.GetInput<int>());
    }

    [Function(nameof(Triple))]
    public static int Triple([ActivityTrigger] int value, FunctionContext context) => value * (context is null ? 0 : 3);

    [Function(nameof(Clean))]
    public static async Task Clean([TimerTrigger("0 0 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client)
    {
        if (timer?.ScheduleStatus is { } status)
        {
            await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: status.Last));
        }
    }
}
