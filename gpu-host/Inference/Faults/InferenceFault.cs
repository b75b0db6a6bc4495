namespace Aigc.Inference.Faults;

/// <summary>Why inference could not answer. Each transport maps these once, and an unknown one throws there.</summary>
public enum InferenceFault
{
    /// <summary>The request cannot be carried out as it stands; sending it again gives the same answer.</summary>
    BadRequest,

    /// <summary>A model's files are missing, damaged, or ask for something this build does not have.</summary>
    BadModel,

    /// <summary>The named model, job or artifact does not exist here.</summary>
    NotFound,

    /// <summary>Refused before any work was done; <see cref="InferenceException.RetryAfter"/> says when there will be room.</summary>
    Overloaded,

    /// <summary>The host is about to end, or its model is still loading: another host, or this one later, can do it.</summary>
    Draining,

    /// <summary>The caller withdrew the request.</summary>
    Cancelled,

    /// <summary>The request's deadline passed before it was done.</summary>
    DeadlineExceeded,

    /// <summary>The execution provider asked for cannot start on this machine; another host may have what it needs.</summary>
    DeviceUnavailable,

    /// <summary>A defect of this program.</summary>
    Internal,
}
