using Aigc.Artifacts;
using Aigc.Functions.Configuration;
using Aigc.Functions.Jobs;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aigc.Functions.Maintenance;

/// <summary>Forgets jobs that ended long ago.</summary>
public sealed partial class JobPurge(
    IArtifactStore store, IOptions<FunctionsOptions> options, TimeProvider time, ILogger<JobPurge> logger, EndedJobs? ended = null)
{
    // Those that wait or run are nobody's to purge.
    private static readonly OrchestrationRuntimeStatus[] _ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Purges the histories of jobs that ended before the time they are kept for, and the artifacts of the jobs themselves.</summary>
    /// <param name="client">The hub.</param>
    /// <param name="cancellationToken">Gives up: the rest is for the next time.</param>
    /// <returns>How many jobs were purged.</returns>
    public async Task<int> RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var before = time.GetUtcNow() - options.Value.KeepJobs;
        var old = new List<OrchestrationMetadata>();
        await foreach (var instance in client.GetAllInstancesAsync(new OrchestrationQuery(CreatedTo: before, Statuses: _ended))
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            // A job that began long ago may have ended just now.
            if (instance.LastUpdatedAt <= before)
                old.Add(instance);
        }

        var jobs = 0;
        foreach (var instance in old)
        {
            if (instance.Name == JobNames.ImageOrchestrator)
            {
                jobs++;
                // The artifacts first: a history without them is purged the next time, artifacts without a history never.
                await JobArtifacts.DeleteAsync(store, ended, instance.InstanceId, cancellationToken).ConfigureAwait(false);
            }

            await client.PurgeInstanceAsync(instance.InstanceId, cancellationToken).ConfigureAwait(false);
        }

        LogPurged(jobs);
        return jobs;
    }

    [LoggerMessage(1, LogLevel.Information, "{Jobs} jobs purged")]
    private partial void LogPurged(int jobs);
}
