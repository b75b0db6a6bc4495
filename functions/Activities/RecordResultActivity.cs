using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Activities;

/// <summary>Writes a part of a result that is too long for a message.</summary>
public sealed class RecordResultActivity(ActivityRunner runner)
{
    /// <returns>How many pictures, made or not, are in it.</returns>
    [Function(JobNames.RecordResult)]
    public Task<int> RunAsync([ActivityTrigger] ResultPart message, CancellationToken cancellationToken) => runner.RunAsync(
        JobNames.RecordResult,
        message.InstanceId,
        async _ =>
        {
            // Not with the job's own token: a cancelled job keeps its pictures.
            var (_, part) = await runner.Manifests.PutAsync(
                JobNames.Result(message.InstanceId, message.Part), message, cancellationToken).ConfigureAwait(false);
            return part.Pictures.Count + part.Failures.Count;
        },
        cancellationToken);
}
