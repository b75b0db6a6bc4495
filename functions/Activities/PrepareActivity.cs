using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>The activity of <see cref="StageCalls.Prepare"/>.</summary>
public sealed class PrepareActivity(StageActivity stage)
{
    [Function(StageNames.Prepare)]
    public Task<StageAnswer> RunAsync([ActivityTrigger] StageMessage message, CancellationToken cancellationToken) => stage.RunAsync(
        StageNames.Prepare,
        message,
        async (executor, job, progress, token) =>
        {
            PreparePicture[] pictures = [.. message.Images.Select(i => new PreparePicture(job.Images[i], message.Width, message.Height))];
            var output = await executor.PrepareAsync(new PrepareInput(pictures), token).ConfigureAwait(false);
            return output.ToAnswer(artifacts: output.Latents);
        },
        cancellationToken);
}
