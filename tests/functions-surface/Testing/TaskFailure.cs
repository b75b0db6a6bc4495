using Microsoft.DurableTask;

namespace Aigc.FunctionsSurface;

/// <summary>What a failed activity or sub-orchestration throws inside the context, before it becomes a TaskFailedException.</summary>
internal sealed class TaskFailure(TaskFailureDetails details, int taskId, bool retriable) : Exception(details.ErrorMessage)
{
    public TaskFailureDetails Details { get; } = details;

    public int TaskId { get; } = taskId;

    /// <summary>False for a task that no worker knows: neither a policy nor a handler is asked.</summary>
    public bool Retriable { get; } = retriable;
}
