namespace Aigc.Inference.Client.Calls;

/// <summary>What a failed call means for the next try.</summary>
internal enum FailureKind
{
    /// <summary>The host is gone, drains or loads: another one may do it.</summary>
    Lost,

    /// <summary>The host has no room now.</summary>
    Full,

    /// <summary>The call itself is at fault: no host would do it.</summary>
    Final,
}
