using Microsoft.DurableTask;

namespace Aigc.FunctionsDurable;

/// <summary>One entry of an instance's history. It is JSON all through: whatever it holds survives a round trip.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Time">When, in UTC.</param>
public sealed record HistoryEvent(HistoryEventKind Kind, DateTime Time)
{
    /// <value>The number of the task within its execution, counted from 0 over every kind of task; -1 where there is none.</value>
    public int TaskId { get; init; } = -1;

    /// <value>The name of the activity, orchestrator or event.</value>
    public string? Name { get; init; }

    /// <value>The other instance: of a sub-orchestration, or the target of an event.</value>
    public string? InstanceId { get; init; }

    /// <value>The input, output or payload as JSON text.</value>
    public string? Payload { get; init; }

    /// <value>When a timer is due, in UTC.</value>
    public DateTime? FireAt { get; init; }

    /// <value>Why it failed.</value>
    public TaskFailureDetails? Failure { get; init; }

    /// <value>The execution it answers: late answers to one before ContinueAsNew are dropped.</value>
    public int Execution { get; init; }
}
