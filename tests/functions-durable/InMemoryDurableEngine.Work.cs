using System.Text.Json;
using Microsoft.DurableTask;

namespace Aigc.FunctionsDurable;

// Activities and timers: begun for whatever a history asks for and has no answer to, so a restart needs nothing else.
public sealed partial class InMemoryDurableEngine
{
    private readonly HashSet<Task> _working = [];
    private readonly List<Task> _orphans = [];
    private readonly HashSet<(string InstanceId, int Execution, int TaskId)> _begun = [];
    private readonly List<ITimer> _timers = [];
    private readonly List<TaskCompletionSource> _idle = [];
    private CancellationTokenSource _epoch = new();

    /// <summary>Throws away everything in memory and goes on from the store, read back from JSON.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Load(Save());
            Pump();
        }
    }

    /// <summary>The whole store as JSON.</summary>
    public string Export()
    {
        lock (_gate)
        {
            return Save();
        }
    }

    /// <summary>Goes on from a store that <see cref="Export"/> gave, in place of what is here.</summary>
    public void Import(string store)
    {
        lock (_gate)
        {
            Load(store);
            Pump();
        }
    }

    /// <summary>Completes when no activity runs and no event waits: only timers or the outside can go on.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _idle.Add(idle);
            TellIdle();
            return idle.Task;
        }
    }

    private string Save() => JsonSerializer.Serialize(_instances.Values);

    private void Load(string store)
    {
        EndEpoch();
        _instances = JsonSerializer.Deserialize<List<InstanceRecord>>(store)!.ToDictionary(one => one.InstanceId, StringComparer.Ordinal);
        foreach (var record in _instances.Values)
        {
            StartWork(record);
        }
    }

    private void EndEpoch()
    {
        // The new one first: what the cancelled activities answer, some of them at once and here, is not for it.
        var old = _epoch;
        _epoch = new CancellationTokenSource();
        _timers.ForEach(timer => timer.Dispose());
        _timers.Clear();
        _begun.Clear();
        _orphans.AddRange(_working);
        _working.Clear();
        old.Cancel();
    }

    private void StartWork(InstanceRecord record)
    {
        if (record.IsDone)
        {
            return;
        }

        foreach (var task in record.Open(HistoryEventKind.TaskScheduled, HistoryEventKind.TaskCompleted, HistoryEventKind.TaskFailed))
        {
            if (_begun.Add((record.InstanceId, record.Execution, task.TaskId)))
            {
                Begin(record.InstanceId, task);
            }
        }

        if (_options.FireTimersAtOnce)
        {
            return;
        }

        var starts = record.Inbox.Where(one => one.Kind == HistoryEventKind.ExecutionStarted && one.FireAt is not null);
        foreach (var timer in record.Open(HistoryEventKind.TimerCreated, HistoryEventKind.TimerFired).Concat(starts))
        {
            if (_begun.Add((record.InstanceId, record.Execution, timer.TaskId)))
            {
                Arm(record.InstanceId, timer);
            }
        }
    }

    private void Arm(string instanceId, HistoryEvent timer)
    {
        var epoch = _epoch;
        var wait = timer.FireAt!.Value - Now.UtcDateTime;
        _timers.Add(_options.TimeProvider.CreateTimer(
            _ => Fire(instanceId, timer, epoch), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    private void Fire(string instanceId, HistoryEvent timer, CancellationTokenSource epoch)
    {
        lock (_gate)
        {
            if (epoch == _epoch && !_disposed && _instances.TryGetValue(instanceId, out var record))
            {
                if (timer.Kind == HistoryEventKind.TimerCreated)
                {
                    record.Inbox.Add(Fired(timer));
                }

                Pump();
            }
        }
    }

    private static HistoryEvent Fired(HistoryEvent timer) =>
        timer with { Kind = HistoryEventKind.TimerFired };

    // Virtual time: only when nothing else can go on does the clock jump to the next timer.
    private bool FireEarliestTimer()
    {
        if (_working.Count > 0)
        {
            return false;
        }

        var next = _instances.Values.Where(record => !record.IsDone)
            .SelectMany(record => record.Open(HistoryEventKind.TimerCreated, HistoryEventKind.TimerFired)
                .Concat(record.Inbox.Where(one => one.Kind == HistoryEventKind.ExecutionStarted && one.FireAt is not null))
                .Select(timer => (record, timer)))
            .Where(pair => pair.timer.FireAt - Now.UtcDateTime <= _options.LongestAtOnce)
            .OrderBy(pair => pair.timer.FireAt)
            .FirstOrDefault();
        if (next.record is null)
        {
            return false;
        }

        var due = new DateTimeOffset(next.timer.FireAt!.Value, TimeSpan.Zero);
        _virtualNow = due > _virtualNow ? due : _virtualNow;
        if (next.timer.Kind == HistoryEventKind.TimerCreated)
        {
            next.record.Inbox.Add(Fired(next.timer));
        }

        return true;
    }

    private void Begin(string instanceId, HistoryEvent task)
    {
        var epoch = _epoch;
        _runs.AddOrUpdate(task.Name!, 1, (_, count) => count + 1);
        Task? run = null;
        run = Task.Run(async () =>
        {
            var answer = await Execute(instanceId, task, epoch.Token);
            lock (_gate)
            {
                _working.Remove(run!);
                if (epoch == _epoch && !_disposed)
                {
                    Deliver(instanceId, task, answer);
                    Pump();
                }
            }
        });
        _working.Add(run);
    }

    private async Task<HistoryEvent> Execute(string instanceId, HistoryEvent task, CancellationToken cancellationToken)
    {
        var answer = task with { Payload = null };
        if (!_activities.TryGetValue(task.Name!, out var function))
        {
            var missing = TaskFailureDetails.FromException(new InvalidOperationException($"There is no activity '{task.Name}'."));
            return answer with { Kind = HistoryEventKind.TaskFailed, Failure = missing };
        }

        try
        {
            var output = await function(new ActivityContext(task.Name!, instanceId), task.Payload, cancellationToken);
            return answer with { Kind = HistoryEventKind.TaskCompleted, Payload = output };
        }
#pragma warning disable CA1031 // An activity's failure, whatever it is, is its answer.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return answer with { Kind = HistoryEventKind.TaskFailed, Failure = TaskFailureDetails.FromException(error) };
        }
    }

    private void Deliver(string instanceId, HistoryEvent task, HistoryEvent answer)
    {
        var delivery = _options.OnActivityEnd?.Invoke(task.Name!, instanceId) ?? ActivityDelivery.Once;
        if (delivery == ActivityDelivery.LostAndRunAgain)
        {
            Begin(instanceId, task);
            return;
        }

        if (_instances.TryGetValue(instanceId, out var record))
        {
            record.Inbox.Add(answer);
            if (delivery == ActivityDelivery.Twice)
            {
                record.Inbox.Add(answer with { });
            }
        }
    }

    private void TellIdle()
    {
        if (_working.Count == 0 && NextReady() is null)
        {
            _idle.ForEach(one => one.TrySetResult());
            _idle.Clear();
        }
    }

    private sealed class ActivityContext(TaskName name, string instanceId) : TaskActivityContext
    {
        public override TaskName Name => name;

        public override string InstanceId => instanceId;
    }
}
