using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Aigc.Functions.Orchestration;

/// <summary>Enhances one group of a job whose generated pictures can be looked at meanwhile.</summary>
public static class EnhanceOrchestrator
{
    [Function(JobNames.EnhanceOrchestrator)]
    public static async Task<EnhanceAnswer> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var message = context.GetInput<StageMessage>() ?? throw new InvalidOperationException("An enhancement has an input.");
        var told = false;
        try
        {
            var calls = new RetriedActivity(context, Tell);
            return new EnhanceAnswer(
                message.Queued
                    ? await calls.TryAsync(StageNames.Enhance, message.GivesWay, new QueuedEnhancement(context, message).TryAsync)
                    : await calls.CallAsync<StageAnswer>(StageNames.Enhance, message),
                null);
        }
        catch (FaultException e)
        {
            return new EnhanceAnswer(null, FaultMessage.From(e));
        }

        // Once, however long it waits: that it goes on, the job learns from the answer.
        void Tell(FaultMessage? fault)
        {
            if (fault is null || told)
                return;
            told = true;
            context.SendEvent(message.InstanceId, JobNames.WaitingEvent, new WaitingMessage(message.Pictures[0], fault.Message));
        }
    }
}
