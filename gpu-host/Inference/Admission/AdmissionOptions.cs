using System.ComponentModel.DataAnnotations;

namespace Aigc.Inference.Admission;

/// <summary>How much work may wait.</summary>
public sealed record AdmissionOptions
{
    /// <summary>Compute that may wait and be under way, in seconds, as learned. An idle host takes any request.</summary>
    /// <value>The default is 60. The longest a caller should wait for a turn is a good value.</value>
    [Range(0.001, 86400 * 365)]
    public double MaxQueuedSeconds { get; init; } = 60;

    /// <summary>Memory that waiting and running pictures may take, in bytes. An idle host takes any request.</summary>
    /// <value>The default is 2 GiB.</value>
    [Range(1 << 20, long.MaxValue)]
    public long MaxQueuedBytes { get; init; } = 2L << 30;
}
