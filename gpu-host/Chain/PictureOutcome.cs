namespace Aigc.Inference.Chain;

/// <summary>How a picture of a call ended.</summary>
public enum PictureOutcome
{
    /// <summary>It was made for this call.</summary>
    Made,

    /// <summary>It was stored already.</summary>
    Found,

    /// <summary>It was made for another call, or for another place of this one.</summary>
    Joined,

    /// <summary>It was begun, or was to be, and something went wrong.</summary>
    Failed,

    /// <summary>Its caller wanted it no longer.</summary>
    Cancelled,

    /// <summary>There was no room for it, or it cannot be made as it was asked for.</summary>
    Refused,
}
