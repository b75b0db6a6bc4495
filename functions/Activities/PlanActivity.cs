using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>Plans a job that was accepted while no host answered; its answer stands in the history, so no replay decides again.</summary>
public sealed class PlanActivity(ActivityRunner runner, IStageExecutor executor, IChainPlanner planner)
{
    [Function(JobNames.Plan)]
    public Task<PlannedJob> RunAsync([ActivityTrigger] PlanMessage message, CancellationToken cancellationToken) => runner.RunAsync(
        JobNames.Plan,
        message.InstanceId,
        async token =>
        {
            var capabilities = await executor.DescribeAsync(token).ConfigureAwait(false);
            var manifest = await runner.Manifests.ReadAsync<JobManifest>(message.Job, token).ConfigureAwait(false);
            JobPlanner.Check(manifest.Job, capabilities);
            var (reference, planned) = await runner.Manifests.PutAsync(
                JobNames.Planned(message.InstanceId), manifest with { Capabilities = capabilities }, token).ConfigureAwait(false);
            return JobPlanner.Plan(reference, planned, planner);
        },
        cancellationToken);
}
