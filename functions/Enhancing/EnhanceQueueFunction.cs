using Aigc.Functions.Jobs;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Enhancing;

/// <summary>Takes enhancements from the queue.</summary>
public sealed class EnhanceQueueFunction(EnhanceWorker worker)
{
    [Function(JobNames.EnhanceFromQueue)]
    public Task RunAsync(
        [QueueTrigger("%Aigc__EnhanceQueue%")] QueueMessage message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return worker.WorkAsync(message.Body.ToString(), message.DequeueCount, client, cancellationToken);
    }
}
