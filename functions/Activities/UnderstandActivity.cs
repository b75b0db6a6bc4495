using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>The activity of <see cref="StageCalls.Understand"/>.</summary>
public sealed class UnderstandActivity(StageActivity stage)
{
    [Function(StageNames.Understand)]
    public Task<StageAnswer> RunAsync([ActivityTrigger] StageMessage message, CancellationToken cancellationToken) => stage.RunAsync(
        StageNames.Understand,
        message,
        async (executor, job, progress, token) =>
        {
            var input = new UnderstandInput([.. message.Texts.Select(i => job.Texts[i])]);
            var output = await executor.UnderstandAsync(input, token).ConfigureAwait(false);
            return output.ToAnswer(artifacts: output.Embeddings, truncated: output.Truncated);
        },
        cancellationToken);
}
