namespace Microsoft.DurableTask.Client;

public enum OrchestrationRuntimeStatus
{
    Running,
    Completed,

    [Obsolete("It exists for compatibility only.")]
    ContinuedAsNew,
    Failed,

    [Obsolete("It exists for compatibility only.")]
    Canceled,
    Terminated,
    Pending,
    Suspended,
}
