namespace Microsoft.DurableTask;

public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : this(taskName, taskId, TaskFailureDetails.FromException(innerException), innerException)
    {
    }

    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : this(taskName, taskId, failureDetails, null)
    {
    }

    private TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails, Exception? innerException)
        : base($"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failureDetails.ErrorMessage}", innerException)
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    public string TaskName { get; }

    public int TaskId { get; }

    public TaskFailureDetails FailureDetails { get; }

    [Obsolete("Use the FailureDetails property and its IsCausedBy<T>() method")]
    public bool IsCausedByException<T>()
        where T : Exception => FailureDetails.ErrorType == typeof(T).FullName;
}
