using System.Text;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.FunctionsDurable;

// Moves events from inboxes to histories, one a turn, always under the lock.
public sealed partial class InMemoryDurableEngine
{
    private const string CustomStatus = "CustomStatus";

    private bool _pumping;
    private bool _disposed;
    private DateTimeOffset _virtualNow = DateTimeOffset.MinValue;

    private DateTimeOffset Now
    {
        get
        {
            var real = _options.TimeProvider.GetUtcNow();
            return real > _virtualNow ? real : _virtualNow;
        }
    }

    private void Pump()
    {
        // A hook or an orchestrator may call the client: what it adds is taken by the loop that already runs.
        if (_pumping || _disposed)
        {
            return;
        }

        _pumping = true;
        try
        {
            do
            {
                while (NextReady() is { } next)
                {
                    Step(next.Record, next.Event);
                    CheckWaiters();
                }
            }
            while (_options.FireTimersAtOnce && FireEarliestTimer());
        }
        finally
        {
            _pumping = false;
        }

        TellIdle();
    }

    private (InstanceRecord Record, HistoryEvent Event)? NextReady()
    {
        foreach (var record in _instances.Values)
        {
            if (record.Inbox.Find(one => IsReady(record, one)) is { } ready)
            {
                return (record, ready);
            }
        }

        return null;
    }

    private bool IsReady(InstanceRecord record, HistoryEvent one) => record.Status switch
    {
        OrchestrationRuntimeStatus.Pending => one.Kind == HistoryEventKind.ExecutionTerminated
            || (one.Kind == HistoryEventKind.ExecutionStarted && (one.FireAt is null || one.FireAt <= Now.UtcDateTime)),
        OrchestrationRuntimeStatus.Suspended => one.Kind
            is HistoryEventKind.ExecutionResumed or HistoryEventKind.ExecutionTerminated,
        _ => true,
    };

    private void Step(InstanceRecord record, HistoryEvent one)
    {
        record.Inbox.Remove(one);
        if (record.IsDone || IsStale(record, one))
        {
            return;
        }

        one = one with { Time = Now.UtcDateTime, FireAt = one.Kind == HistoryEventKind.ExecutionStarted ? null : one.FireAt };
        switch (one.Kind)
        {
            case HistoryEventKind.ExecutionTerminated:
                Append(record, one);
                Finish(record, OrchestrationRuntimeStatus.Terminated, one.Payload, null);
                Tell(record.InstanceId, one);
                return;
            case HistoryEventKind.ExecutionSuspended:
            case HistoryEventKind.ExecutionResumed:
                record.Status = one.Kind == HistoryEventKind.ExecutionSuspended
                    ? OrchestrationRuntimeStatus.Suspended
                    : OrchestrationRuntimeStatus.Running;
                Append(record, one);
                Tell(record.InstanceId, one);
                return;
        }

        record.Status = OrchestrationRuntimeStatus.Running;
        var firstNew = record.History.Count;
        record.History.Add(new HistoryEvent(HistoryEventKind.TurnStarted, one.Time));
        for (HistoryEvent? next = one; next is not null; next = _options.BatchEvents ? TakeNext(record) : null)
        {
            if (!IsStale(record, next))
            {
                Append(record, next);
                Tell(record.InstanceId, next);

                // The hook may have put another record in its place.
                record = _instances[record.InstanceId];
            }
        }

        Turn(record, firstNew);
    }

    private HistoryEvent? TakeNext(InstanceRecord record)
    {
        var next = record.Inbox.Find(one => one.Kind is not (HistoryEventKind.ExecutionTerminated
            or HistoryEventKind.ExecutionSuspended or HistoryEventKind.ExecutionResumed));
        return next is not null && record.Inbox.Remove(next) ? next with { Time = Now.UtcDateTime } : null;
    }

    // An answer to an earlier execution, or a second one to the same task.
    private static bool IsStale(InstanceRecord record, HistoryEvent one) =>
        one.TaskId >= 0 && (one.Execution != record.Execution
            || record.History.Any(past => past.TaskId == one.TaskId && past.Kind is HistoryEventKind.TaskCompleted
                or HistoryEventKind.TaskFailed or HistoryEventKind.SubOrchestrationCompleted
                or HistoryEventKind.SubOrchestrationFailed or HistoryEventKind.TimerFired));

    private void Turn(InstanceRecord record, int firstNew)
    {
        TurnCount++;
        var (id, execution) = (record.InstanceId, record.Execution);
        var result = _turn.Run(
            record, firstNew, _orchestrators.GetValueOrDefault(record.Name), () => FailForeign(id, execution));
        List<HistoryEvent> told = [];
        try
        {
            SetCustomStatus(record, result.Context);
            foreach (var action in result.Actions)
            {
                told.Add(Append(record, action with { Time = Now.UtcDateTime }));
                Carry(record, action);
            }

            if (result.Error is not null)
            {
                throw result.Error;
            }

            if (result.Done)
            {
                told.Add(End(record, result));
            }
        }
#pragma warning disable CA1031 // Whatever a turn throws, a payload that is no JSON among it, fails the instance.
        catch (Exception error)
#pragma warning restore CA1031
        {
            told.Add(Fail(record, error));
        }

        StartWork(record);
        foreach (var one in told)
        {
            Tell(id, one);
        }
    }

    private void SetCustomStatus(InstanceRecord record, ReplayContext? context)
    {
        if (context is null)
        {
            return;
        }

        var status = _payloads.Serialize(context.CustomStatus);
        if (status != record.CustomStatus)
        {
            record.CustomStatus = status;
            Measure(CustomStatus, record.Name, record.InstanceId, status);
        }
    }

    private void Carry(InstanceRecord record, HistoryEvent action)
    {
        if (action.Kind == HistoryEventKind.EventSent && _instances.TryGetValue(action.InstanceId!, out var target))
        {
            target.Inbox.Add(new HistoryEvent(HistoryEventKind.EventRaised, action.Time) { Name = action.Name, Payload = action.Payload });
        }

        if (action.Kind == HistoryEventKind.SubOrchestrationCreated)
        {
            Create(
                action.Name!, action.InstanceId!, action.Payload, null, new Dictionary<string, string>(), record, action.TaskId);
        }
    }

    private HistoryEvent End(InstanceRecord record, TurnResult result)
    {
        if (result.Context!.Again is not { } again)
        {
            var output = _payloads.Serialize(result.Output);
            var done = Append(record, new HistoryEvent(HistoryEventKind.ExecutionCompleted, Now.UtcDateTime) { Payload = output });
            Finish(record, OrchestrationRuntimeStatus.Completed, output, null);
            return done;
        }

        var input = _payloads.Serialize(again.NewInput);
        var anew = Append(record, new HistoryEvent(HistoryEventKind.ContinuedAsNew, Now.UtcDateTime) { Payload = input });
        var kept = again.PreserveUnprocessedEvents
            ? result.Context.Unprocessed.Select(one =>
                new HistoryEvent(HistoryEventKind.EventRaised, anew.Time) { Name = one.Name, Payload = one.Payload })
            : [];
        record.Execution++;
        record.Input = input;
        record.History = [];
        record.Inbox =
        [
            new HistoryEvent(HistoryEventKind.ExecutionStarted, anew.Time) { Name = record.Name, Payload = input },
            .. kept,
            .. record.Inbox,
        ];
        return anew;
    }

    private HistoryEvent Fail(InstanceRecord record, Exception error)
    {
        var details = TaskFailureDetails.FromException(error);
        if (error is TaskFailedException { FailureDetails: var cause })
        {
            details = details with { InnerFailure = cause };
        }

        var failed = Append(record, new HistoryEvent(HistoryEventKind.ExecutionFailed, Now.UtcDateTime) { Failure = details });
        Finish(record, OrchestrationRuntimeStatus.Failed, null, details);
        return failed;
    }

    private void FailForeign(string instanceId, int execution)
    {
        lock (_gate)
        {
            if (!_disposed && _instances.TryGetValue(instanceId, out var record) && record.Execution == execution && !record.IsDone)
            {
                Tell(instanceId, Fail(record, new InvalidOperationException(OrchestratorTurn.ForeignAwait)));
                CheckWaiters();
                Pump();
            }
        }
    }

    private void Finish(InstanceRecord record, OrchestrationRuntimeStatus status, string? output, TaskFailureDetails? failure)
    {
        record.Status = status;
        record.Output = output;
        record.Failure = failure;
        record.Inbox.Clear();
        if (record.ParentInstanceId is not { } parentId || !_instances.TryGetValue(parentId, out var parent) || parent.IsDone)
        {
            return;
        }

        var kind = status == OrchestrationRuntimeStatus.Completed
            ? HistoryEventKind.SubOrchestrationCompleted
            : HistoryEventKind.SubOrchestrationFailed;
        parent.Inbox.Add(new HistoryEvent(kind, Now.UtcDateTime)
        {
            TaskId = record.ParentTaskId,
            Execution = record.ParentExecution,
            Name = record.Name,
            InstanceId = record.InstanceId,
            Payload = status == OrchestrationRuntimeStatus.Completed ? output : null,
            Failure = failure ?? (status == OrchestrationRuntimeStatus.Completed
                ? null
                : new TaskFailureDetails("Terminated", $"The sub-orchestration was terminated: {output}", null, null, null)),
        });
    }

    private HistoryEvent Append(InstanceRecord record, HistoryEvent one)
    {
        one = _options.Damage(one);
        record.History.Add(one);
        record.LastUpdatedAt = Now;
        Measure(one.Kind.ToString(), one.Name ?? record.Name, record.InstanceId, one.Payload ?? _payloads.Serialize(one.Failure));
        return one;
    }

    // A custom status is limited as UTF-16, whose bytes are twice as many.
    private void Measure(string kind, string name, string instanceId, string? payload) => _messages.Add(new RecordedMessage(
        kind, name, instanceId, (kind == CustomStatus ? Encoding.Unicode : Encoding.UTF8).GetByteCount(payload ?? "")));

    private void Tell(string instanceId, HistoryEvent one)
    {
        var point = new DurableEventPoint(EventCount++, instanceId, one);
        if (_options.AfterEvent?.Invoke(point) == DurableFault.Restart)
        {
            Restart();
        }
    }
}
