using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Aigc.Functions.Activities;

/// <summary>Runs the body of an activity: ends it with its job, and says what it ended on so that an orchestrator understands.</summary>
public sealed partial class ActivityRunner
{
    private readonly IArtifactStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<ActivityRunner> _logger;

    /// <param name="store">Where manifests and cancel markers lie.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of faults, never of prompts.</param>
    public ActivityRunner(IArtifactStore store, TimeProvider time, ILogger<ActivityRunner> logger)
    {
        (_store, _time, _logger) = (store, time, logger);
        Manifests = new JobManifests(store);
    }

    internal JobManifests Manifests { get; }

    internal async Task<T> RunAsync<T>(
        string activity, string instanceId, Func<CancellationToken, Task<T>> body, CancellationToken cancellationToken)
    {
        await using var watch = new CancelWatch(_store, instanceId, _time, cancellationToken);
        try
        {
            return await body(watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (watch.Seen)
        {
            throw new StageFaultException(new FaultMessage(FaultKind.Cancelled, "the job was cancelled", null));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new StageFaultException(new FaultMessage(FaultKind.Unavailable, "the worker that ran the call is ending", null));
        }
        catch (Exception e)
        {
            var fault = FaultMessage.From(e);
            LogFault(e, activity, instanceId, fault.Kind);
            throw new StageFaultException(fault);
        }
    }

    internal ProgressReporter ReporterOf(StageMessage message, DurableTaskClient client) =>
        new(client, message, _time, e => LogUnheard(e, message.InstanceId));

    [LoggerMessage(1, LogLevel.Warning, "{Activity} of job {JobId} failed: {Kind}")]
    private partial void LogFault(Exception exception, string activity, string jobId, FaultKind kind);

    [LoggerMessage(2, LogLevel.Debug, "How far job {JobId} is could not be told")]
    private partial void LogUnheard(Exception exception, string jobId);
}
