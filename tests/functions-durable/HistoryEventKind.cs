namespace Aigc.FunctionsDurable;

/// <summary>What one entry of an instance's history says.</summary>
public enum HistoryEventKind
{
    /// <summary>A turn began; its time is what the orchestrator sees as now.</summary>
    TurnStarted,

    /// <summary>The instance began, with its input.</summary>
    ExecutionStarted,

    /// <summary>An activity was asked for.</summary>
    TaskScheduled,

    /// <summary>An activity answered.</summary>
    TaskCompleted,

    /// <summary>An activity threw.</summary>
    TaskFailed,

    /// <summary>A sub-orchestration was asked for.</summary>
    SubOrchestrationCreated,

    /// <summary>A sub-orchestration answered.</summary>
    SubOrchestrationCompleted,

    /// <summary>A sub-orchestration failed or was terminated.</summary>
    SubOrchestrationFailed,

    /// <summary>A timer was asked for.</summary>
    TimerCreated,

    /// <summary>A timer fired.</summary>
    TimerFired,

    /// <summary>An external event came in.</summary>
    EventRaised,

    /// <summary>An event was sent to another instance.</summary>
    EventSent,

    /// <summary>The instance was suspended.</summary>
    ExecutionSuspended,

    /// <summary>The instance was resumed.</summary>
    ExecutionResumed,

    /// <summary>The instance was terminated.</summary>
    ExecutionTerminated,

    /// <summary>The orchestrator returned.</summary>
    ExecutionCompleted,

    /// <summary>The orchestrator threw.</summary>
    ExecutionFailed,

    /// <summary>The orchestrator asked to begin anew.</summary>
    ContinuedAsNew,
}
