using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Activities;

/// <summary>Calls a stage with what a message's numbers mean, and makes its output small.</summary>
public sealed class StageActivity(ActivityRunner runner, IStageExecutor executor)
{
    // What a call is at within itself is told to nobody: a history has no room for steps.
    private static readonly IProgress<StageProgress> _unheard = new Unheard();

    internal Task<StageAnswer> RunAsync(
        string stage,
        StageMessage message,
        Func<IStageExecutor, OpenJob, IProgress<StageProgress>, CancellationToken, Task<StageAnswer>> call,
        CancellationToken cancellationToken) => runner.RunAsync(
        stage,
        message.InstanceId,
        async token =>
        {
            var job = await runner.Manifests.OpenAsync(message.Manifest, token).ConfigureAwait(false);
            return await call(executor, job, _unheard, token).ConfigureAwait(false);
        },
        cancellationToken);

    private sealed class Unheard : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
        }
    }
}
