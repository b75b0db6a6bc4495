namespace Aigc.Inference.Client.Telemetry;

/// <summary>What became of one try of a call.</summary>
internal enum CallOutcome
{
    /// <summary>The host did it.</summary>
    Done,

    /// <summary>The host was lost or left, and the call went on elsewhere or failed.</summary>
    Lost,

    /// <summary>The host had no room.</summary>
    Full,

    /// <summary>The call itself was at fault.</summary>
    Failed,
}
