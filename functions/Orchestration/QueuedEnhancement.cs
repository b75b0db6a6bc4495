using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Enhancing;
using Aigc.Pipeline.Stages;
using Microsoft.DurableTask;

namespace Aigc.Functions.Orchestration;

/// <summary>One enhancement that others take from a queue: sent by an activity, and answered by an event.</summary>
internal sealed class QueuedEnhancement(TaskOrchestrationContext context, StageMessage message)
{
    private Task<object>? _hearing;
    private int _tries;

    /// <summary>Makes a try of it.</summary>
    /// <exception cref="FaultException">What it ended on, or that nobody answered.</exception>
    public async Task<StageAnswer> TryAsync()
    {
        var work = new EnhanceWork(message.InstanceId, message.Pictures, message.Bases)
        {
            ReplyTo = context.InstanceId,
            Try = ++_tries,
            Manifest = message.Manifest,
            Given = message.Given,
            GivesWay = message.GivesWay,
            TraceParent = message.TraceParent,
        };
        if (!await context.CallActivityAsync<bool>(JobNames.SendEnhance, work))
            return await context.CallActivityAsync<StageAnswer>(StageNames.Enhance, message);
        using var answered = new CancellationTokenSource();
        var limit = context.CreateTimer(RetryRules.LongestOutage, answered.Token);
        while (true)
        {
            // One waiter over all tries: an event that comes between them must not go to one that is given up.
            _hearing ??= context.WaitForExternalEvent<object>(JobNames.EnhancedEvent);
            if (await Task.WhenAny(_hearing, limit) == limit && !_hearing.IsCompleted)
            {
                throw new FaultException(
                    FaultKind.DeadlineExceeded,
                    $"nobody took the enhancement from the queue within {RetryRules.LongestOutage.TotalHours} hours",
                    retryAfter: TimeSpan.FromMilliseconds(-1));
            }

            var answer = EventPayload.Read<EnhanceAnswer>(await _hearing);
            _hearing = null;
            if (Of(answer) is not { } outcome)
                continue;
            // Not its asynchronous form, which leaves the orchestrator's thread.
            answered.Cancel();
            return outcome.Answer ?? throw outcome.Fault!.ToException();
        }
    }

    /// <summary>The answer, where it is one to this enhancement: anybody may raise an event, and one may come twice.</summary>
    private EnhanceAnswer? Of(EnhanceAnswer? answer) => answer switch
    {
        // What was made is made, whichever try it was.
        { Answer: { } made } => made.Pictures.Select(p => p.Index).SequenceEqual(message.Pictures) ? answer : null,
        { Fault: not null } => answer.Try == _tries ? answer : null,
        _ => null,
    };
}
