using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>The activity of <see cref="StageCalls.Enhance"/>.</summary>
public sealed class EnhanceActivity(StageActivity stage)
{
    [Function(StageNames.Enhance)]
    public Task<StageAnswer> RunAsync([ActivityTrigger] StageMessage message, CancellationToken cancellationToken) => stage.RunAsync(
        StageNames.Enhance,
        message,
        async (executor, job, progress, token) =>
        {
            var input = new EnhanceInput(job.PicturesOf(message), message.Bases) { GivesWay = message.GivesWay };
            var output = await executor.EnhanceAsync(input, progress, token).ConfigureAwait(false);
            return output.ToAnswer(output.Pictures);
        },
        cancellationToken);
}
