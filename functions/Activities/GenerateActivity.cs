using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Activities;

/// <summary>The activity of <see cref="StageCalls.Generate"/>.</summary>
public sealed class GenerateActivity(StageActivity stage)
{
    [Function(StageNames.Generate)]
    public Task<StageAnswer> RunAsync(
        [ActivityTrigger] StageMessage message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => stage.RunAsync(
        StageNames.Generate,
        message,
        client,
        async (executor, job, progress, token) =>
        {
            var embeddings = message.Texts.Zip(message.Embeddings).ToDictionary(pair => job.Texts[pair.First], pair => pair.Second);
            var latents = message.Pictures.Zip(message.LatentOf).Where(pair => pair.Second >= 0)
                .ToDictionary(pair => pair.First, pair => message.Latents[pair.Second]);
            var input = new GenerateInput(job.PicturesOf(message), embeddings, latents.Count > 0 ? latents : null)
            {
                PreviewEverySteps = job.PreviewEverySteps,
                GivesWay = message.GivesWay,
                Raw = message.Raw,
            };
            var output = await executor.GenerateAsync(input, progress, token).ConfigureAwait(false);
            return output.ToAnswer(artifacts: output.Bases, truncated: output.Truncated);
        },
        cancellationToken);
}
