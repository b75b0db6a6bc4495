using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>The activity of <see cref="StageCalls.Find"/>.</summary>
public sealed class FindActivity(StageActivity stage)
{
    [Function(StageNames.Find)]
    public Task<StageAnswer> RunAsync([ActivityTrigger] StageMessage message, CancellationToken cancellationToken) => stage.RunAsync(
        StageNames.Find,
        message,
        async (executor, job, progress, token) =>
        {
            var output = await executor.FindAsync(new FindInput(job.PicturesOf(message)), token).ConfigureAwait(false);
            return output.ToAnswer(output.Pictures);
        },
        cancellationToken);
}
