using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.FunctionsDurable;

/// <summary>Everything the engine keeps of one instance. Nothing of an orchestrator's memory is among it.</summary>
internal sealed class InstanceRecord
{
    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? ParentInstanceId { get; init; }

    public string? ParentName { get; init; }

    public int ParentTaskId { get; init; } = -1;

    public int ParentExecution { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset LastUpdatedAt { get; set; }

    public OrchestrationRuntimeStatus Status { get; set; } = OrchestrationRuntimeStatus.Pending;

    public string? Input { get; set; }

    public string? Output { get; set; }

    public string? CustomStatus { get; set; }

    public TaskFailureDetails? Failure { get; set; }

    public int Execution { get; set; }

    public List<HistoryEvent> History { get; set; } = [];

    public List<HistoryEvent> Inbox { get; set; } = [];

    public bool IsDone => Status
        is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    /// <summary>The tasks of <paramref name="asked"/> that have no answer, in the history or waiting to go there.</summary>
    public IEnumerable<HistoryEvent> Open(HistoryEventKind asked, params HistoryEventKind[] answers)
    {
        var answered = History.Concat(Inbox.Where(one => one.Execution == Execution))
            .Where(one => answers.Contains(one.Kind)).Select(one => one.TaskId).ToHashSet();
        return History.Where(one => one.Kind == asked && !answered.Contains(one.TaskId));
    }
}
