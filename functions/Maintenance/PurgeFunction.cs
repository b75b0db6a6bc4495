using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Maintenance;

/// <summary>Purges old jobs every hour.</summary>
public sealed class PurgeFunction(JobPurge purge)
{
    [Function("Purge")]
    public Task RunAsync([TimerTrigger("0 17 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        purge.RunAsync(client, cancellationToken);
}
