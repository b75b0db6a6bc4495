using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Activities;

/// <summary>Calls a stage with what a message's numbers mean, and makes its output small.</summary>
public sealed class StageActivity(ActivityRunner runner, IStageExecutor executor)
{
    private static readonly IProgress<StageProgress> _unheard = new Unheard();

    /// <summary>Calls a stage that has no progress worth telling.</summary>
    internal Task<StageAnswer> RunAsync(
        string stage,
        StageMessage message,
        Func<IStageExecutor, OpenJob, IProgress<StageProgress>, CancellationToken, Task<StageAnswer>> call,
        CancellationToken cancellationToken) =>
        RunAsync(stage, message, (job, token) => call(executor, job, _unheard, token), cancellationToken);

    /// <summary>Calls a stage that denoises, and tells the job's orchestration how far it is.</summary>
    internal Task<StageAnswer> RunAsync(
        string stage,
        StageMessage message,
        DurableTaskClient client,
        Func<IStageExecutor, OpenJob, IProgress<StageProgress>, CancellationToken, Task<StageAnswer>> call,
        CancellationToken cancellationToken) => RunAsync(
        stage,
        message,
        async (job, token) =>
        {
            var reporter = runner.ReporterOf(message, client);
            await using (reporter.ConfigureAwait(false))
                return await call(executor, job, reporter, token).ConfigureAwait(false);
        },
        cancellationToken);

    private Task<StageAnswer> RunAsync(
        string stage,
        StageMessage message,
        Func<OpenJob, CancellationToken, Task<StageAnswer>> call,
        CancellationToken cancellationToken) =>
        runner.RunAsync(
            stage,
            message.InstanceId,
            async token =>
            {
                using var span = Tracing.Start(stage, message.TraceParent);
                var job = await runner.Manifests.OpenAsync(message.Manifest, token).ConfigureAwait(false);
                return await call(job, token).ConfigureAwait(false);
            },
            cancellationToken);

    private sealed class Unheard : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
        }
    }
}
