using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Aigc.Functions.Orchestration;

/// <summary>Runs a job: <see cref="ImagePipeline"/> over an orchestration, ended early by a cancel event.</summary>
/// <param name="planner">Hears what calls took, once each.</param>
/// <param name="ended">Keeps what a job came to for those who look at it; null for nobody.</param>
public sealed partial class ImageOrchestrator(IChainPlanner planner, EndedJobs? ended = null)
{
    [Function(JobNames.ImageOrchestrator)]
    public async Task<JobOutcome> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var input = context.GetInput<JobInput>() ?? throw new InvalidOperationException("A job has an input.");
        var log = context.CreateReplaySafeLogger<ImageOrchestrator>();
        var pipeline = new DurablePipelineContext(context, input, planner);
        // Of any payload: others may raise it too, and what cannot be read would fail the job.
        var cancel = context.WaitForExternalEvent<object>(JobNames.CancelEvent);
        var running = RunAsync(pipeline);
        // Nobody waits for it to end: it hears as long as the orchestration lives, and an event that comes later finds nobody.
        _ = HearAsync(context, JobNames.ProgressEvent, payload => pipeline.Hear(EventPayload.Read<ProgressMessage>(payload)));
        _ = HearAsync(context, JobNames.WaitingEvent, payload => pipeline.Hear(EventPayload.Read<WaitingMessage>(payload)));
        await Task.WhenAny(running, cancel);
        pipeline.End();
        // Both may be there in one turn: what is done is not cancelled.
        var outcome = running.IsCompleted
            ? await running
            : await ResultRecorder.RecordAsync(
                pipeline, context.InstanceId, new JobOutcome(JobState.Cancelled, 0, 0) { Plan = pipeline.Plan }, pipeline.Pictures, []);
        outcome = outcome with { EndedAt = new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero) };
        LogEnded(log, context.InstanceId, outcome.State, outcome.Made, outcome.Failed);
        if (!context.IsReplaying)
        {
            PipelineTelemetry.JobEnded(outcome.State, outcome.Plan?.Plan, outcome.Ledger);
            // Not by an activity, for which each job would wait before it ends.
            ended?.Keep(context.InstanceId, new EndedJob(input.Job, input.AcceptedAt, input.Pictures, pipeline.Shown, outcome));
        }

        return outcome;

        async Task<JobOutcome> RunAsync(DurablePipelineContext pipeline)
        {
            try
            {
                var result = await pipeline.RunAsync();
                return await ResultRecorder.RecordAsync(pipeline, context.InstanceId, result);
            }
            catch (FaultException e)
            {
                // Of the plan or the record of the result: a group's own fault is part of the result.
                return new JobOutcome(JobState.Failed, 0, input.Pictures) { Fault = new JobFault(e.Kind, e.Message) };
            }
        }
    }

    private static async Task HearAsync(TaskOrchestrationContext context, string name, Action<object?> hear)
    {
        while (true)
            hear(await context.WaitForExternalEvent<object>(name));
    }

    [LoggerMessage(1, LogLevel.Information, "Job {JobId} ended: {State}, {Made} pictures made, {Failed} not")]
    private static partial void LogEnded(ILogger logger, string jobId, JobState state, int made, int failed);
}
