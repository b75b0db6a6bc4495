namespace Aigc.Artifacts;

/// <summary>Why something could not be done. Each transport maps every member exactly once.</summary>
public enum FaultKind
{
    /// <summary>The request is wrong and stays wrong; every fault found is reported.</summary>
    BadRequest,

    /// <summary>An unknown model, job or artifact.</summary>
    NotFound,

    /// <summary>Refused: the queue is full, or the deadline cannot be met.</summary>
    Overloaded,

    /// <summary>Draining, loading, or a part that does not answer: try again.</summary>
    Unavailable,

    /// <summary>The deadline passed while the work was under way.</summary>
    DeadlineExceeded,

    /// <summary>Cancelled by whoever asked.</summary>
    Cancelled,

    /// <summary>Stored bytes differ from their hash, or are missing where a reference says they are.</summary>
    DataLoss,

    /// <summary>The store has no room left.</summary>
    OutOfSpace,

    /// <summary>A model folder is missing, damaged or of a kind that is not understood.</summary>
    BadModel,

    /// <summary>A bug: nothing the caller did.</summary>
    Internal,
}
