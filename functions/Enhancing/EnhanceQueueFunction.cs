using Aigc.Functions.Jobs;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Enhancing;

/// <summary>Takes enhancements from the queue.</summary>
/// <remarks>
/// The host finds the setting by its name with a colon; with two underscores it does not (azure-functions-host, issue 10246), though that is
/// how an app setting of this name is written.
/// </remarks>
public sealed class EnhanceQueueFunction(EnhanceWorker worker)
{
    [Function(JobNames.EnhanceFromQueue)]
    public Task RunAsync(
        [QueueTrigger("%Aigc:EnhanceQueue%")] QueueMessage message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return worker.WorkAsync(message.Body.ToString(), message.DequeueCount, client, cancellationToken);
    }
}
