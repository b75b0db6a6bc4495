using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Activities;

/// <summary>The activity of <see cref="StageCalls.RunChain"/>.</summary>
public sealed class ChainActivity(StageActivity stage)
{
    [Function(StageNames.RunChain)]
    public Task<StageAnswer> RunAsync(
        [ActivityTrigger] StageMessage message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => stage.RunAsync(
        StageNames.RunChain,
        message,
        client,
        async (executor, job, progress, token) =>
        {
            var input = new ChainInput(job.PicturesOf(message))
            {
                PreviewEverySteps = job.PreviewEverySteps,
                GivesWay = message.GivesWay,
            };
            var output = await executor.RunChainAsync(input, progress, token).ConfigureAwait(false);
            return output.ToAnswer(output.Pictures, truncated: output.Truncated);
        },
        cancellationToken);
}
