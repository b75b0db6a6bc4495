using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>The activity of <see cref="StageCalls.RunChain"/>.</summary>
public sealed class ChainActivity(StageActivity stage)
{
    [Function(StageNames.RunChain)]
    public Task<StageAnswer> RunAsync([ActivityTrigger] StageMessage message, CancellationToken cancellationToken) => stage.RunAsync(
        StageNames.RunChain,
        message,
        async (executor, job, progress, token) =>
        {
            var output = await executor.RunChainAsync(new ChainInput(job.PicturesOf(message)), progress, token).ConfigureAwait(false);
            return output.ToAnswer(output.Pictures, truncated: output.Truncated);
        },
        cancellationToken);
}
