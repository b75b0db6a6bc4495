using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Aigc.FunctionsDurable;

/// <summary>
/// One turn: the orchestrator from its beginning, fed its history event by event. Actions it takes are matched with those in
/// the history; what is left over at the end is new.
/// </summary>
internal sealed partial class ReplayContext(
    InstanceRecord record, JsonPayloads payloads, InMemoryDurableOptions options, OrchestratorThread thread) : TaskOrchestrationContext
{
    private readonly SortedDictionary<int, (HistoryEvent Event, bool WhileReplaying)> _actions = [];
    private readonly Dictionary<int, (Action<HistoryEvent> Complete, Action<HistoryEvent> Fail)> _open = [];
    private int _nextTask;
    private int _nextGuid;
    private DateTime _now;
    private bool _replaying = true;

    public override TaskName Name => record.Name;

    public override string InstanceId => record.InstanceId;

    public override ParentOrchestrationInstance? Parent =>
        record.ParentInstanceId is { } parent ? new(record.ParentName!, parent) : null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _replaying;

    public object? CustomStatus { get; private set; }

    public ContinueAsNewOptions? Again { get; private set; }

    public bool HasOpenTasks => _open.Count > 0 || _waiters.Count > 0;

    protected override ILoggerFactory LoggerFactory => options.LoggerFactory;

    public override T? GetInput<T>()
        where T : default
    {
        EnsureOwnThread();
        return payloads.Deserialize<T>(record.History.Find(one => one.Kind == HistoryEventKind.ExecutionStarted)!.Payload);
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        RefuseOptions(options ?? input as TaskOptions);
        return await Schedule<TResult>(new HistoryEvent(HistoryEventKind.TaskScheduled, _now)
        {
            Name = name.Name,
            Payload = payloads.Serialize(input),
        });
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        RefuseOptions(options ?? input as TaskOptions);
        return await Schedule<TResult>(new HistoryEvent(HistoryEventKind.SubOrchestrationCreated, _now)
        {
            Name = orchestratorName.Name,
            InstanceId = NewGuid().ToString("N"),
            Payload = payloads.Serialize(input),
        });
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) =>
        Timer(fireAt.ToUniversalTime(), cancellationToken);

    public override void SendEvent(string instanceId, string eventName, object payload) => Act(
        new HistoryEvent(HistoryEventKind.EventSent, _now)
        {
            Name = eventName,
            InstanceId = instanceId,
            Payload = payloads.Serialize(payload),
        });

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureOwnThread();
        CustomStatus = customStatus;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        EnsureOwnThread();
        Again = options;
    }

    public override Guid NewGuid()
    {
        EnsureOwnThread();
        var seed = string.Create(CultureInfo.InvariantCulture, $"{InstanceId}|{record.Execution}|{_now:o}|{_nextGuid++}");
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, 16));
    }

    /// <summary>Feeds one event of the history to the orchestrator.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The orchestrator has not done what the event says it did.</exception>
    public void Apply(HistoryEvent one)
    {
        switch (one.Kind)
        {
            case HistoryEventKind.TurnStarted:
                _now = one.Time;
                break;
            case HistoryEventKind.TaskScheduled or HistoryEventKind.SubOrchestrationCreated
                or HistoryEventKind.TimerCreated or HistoryEventKind.EventSent:
                Match(one);
                break;
            case HistoryEventKind.TaskCompleted or HistoryEventKind.SubOrchestrationCompleted or HistoryEventKind.TimerFired:
                Take(one)?.Complete(one);
                break;
            case HistoryEventKind.TaskFailed or HistoryEventKind.SubOrchestrationFailed:
                Take(one)?.Fail(one);
                break;
            case HistoryEventKind.EventRaised:
                OnEvent(one.Name!, one.Payload);
                break;
        }
    }

    /// <summary>From here on the events are new.</summary>
    public void EndReplay() => _replaying = false;

    /// <summary>What the orchestrator did in this turn, in order.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">Something was done while replaying that no history knows.</exception>
    public IReadOnlyList<HistoryEvent> NewActions()
    {
        foreach (var (action, whileReplaying) in _actions.Values)
        {
            if (whileReplaying)
            {
                throw new NonDeterministicOrchestrationException(
                    $"On replay the orchestrator did {Describe(action)}, which its history does not have.");
            }
        }

        return [.. _actions.Values.Select(pair => pair.Event)];
    }

    private static void RefuseOptions(TaskOptions? options)
    {
        if (options is not null)
        {
            throw new NotSupportedException("This engine takes no TaskOptions: retry by rules of your own.");
        }
    }

    private static string Describe(HistoryEvent one) => $"{one.Kind} '{one.Name}' as task {one.TaskId}";

    private Task<T> Schedule<T>(HistoryEvent action)
    {
        var done = new TaskCompletionSource<T>();
        var id = Act(action);
        _open[id] = (
            answer => Complete(done, answer.Payload),
            failed => done.TrySetException(new TaskFailedException(action.Name!, id, failed.Failure!)));
        return done.Task;
    }

    // What cannot be read is thrown where it is awaited, as by the real one.
    private void Complete<T>(TaskCompletionSource<T> done, string? payload)
    {
        try
        {
            done.TrySetResult(payloads.Deserialize<T>(payload)!);
        }
        catch (JsonException error)
        {
            done.TrySetException(error);
        }
    }

    private Task Timer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource();
        var id = Act(new HistoryEvent(HistoryEventKind.TimerCreated, _now) { FireAt = fireAt });
        _open[id] = (_ => done.TrySetResult(), _ => throw new InvalidOperationException("A timer does not fail."));
        cancellationToken.Register(() =>
        {
            _open.Remove(id);
            done.TrySetCanceled(cancellationToken);
        });
        return done.Task;
    }

    private int Act(HistoryEvent action)
    {
        EnsureOwnThread();
        var id = _nextTask++;
        _actions.Add(id, (action with { TaskId = id, Execution = record.Execution }, _replaying));
        return id;
    }

    private void Match(HistoryEvent past)
    {
        if (!_actions.Remove(past.TaskId, out var found))
        {
            throw new NonDeterministicOrchestrationException(
                $"The history has {Describe(past)}; on replay the orchestrator did nothing at that place.");
        }

        var now = found.Event;
        var same = now.Kind == past.Kind && string.Equals(now.Name, past.Name, StringComparison.OrdinalIgnoreCase)
            && now.InstanceId == past.InstanceId;
        if (!same)
        {
            throw new NonDeterministicOrchestrationException($"The history has {Describe(past)}; on replay it was {Describe(now)}.");
        }

        if (options.CompareInputs && (now.Payload != past.Payload || now.FireAt != past.FireAt))
        {
            throw new NonDeterministicOrchestrationException(
                $"On replay {Describe(past)} had another input: {now.Payload ?? now.FireAt?.ToString("o")}, "
                + $"and in the history {past.Payload ?? past.FireAt?.ToString("o")}.");
        }
    }

    private (Action<HistoryEvent> Complete, Action<HistoryEvent> Fail)? Take(HistoryEvent answer) =>
        _open.Remove(answer.TaskId, out var open) ? open : null;

    private void EnsureOwnThread()
    {
        if (!thread.IsCurrent)
        {
            throw new InvalidOperationException(OrchestratorTurn.ForeignAwait);
        }
    }
}
