using Aigc.Functions.Jobs;
using Aigc.Pipeline.Enhancing;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>Puts an enhancement into the queue.</summary>
public sealed class SendEnhanceActivity(ActivityRunner runner, IEnhanceSender? queue = null)
{
    /// <returns>False where there is no queue any more: the orchestration calls the stage itself.</returns>
    [Function(JobNames.SendEnhance)]
    public Task<bool> RunAsync([ActivityTrigger] EnhanceWork message, CancellationToken cancellationToken) => runner.RunAsync(
        JobNames.SendEnhance,
        message.JobId,
        async token =>
        {
            if (queue is null)
                return false;
            await queue.SendAsync(message, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);
}
