using System.ComponentModel.DataAnnotations;

namespace Aigc.GpuHost.Configuration;

/// <summary>How the host ends.</summary>
public sealed record ShutdownOptions
{
    /// <summary>How long work may go on once the host was told to end, in seconds; then what is left is checkpointed.</summary>
    /// <value>The default is 20. The platform must allow ten more: Kubernetes gives 30 unless told otherwise, Docker 10.</value>
    [Range(0, 3600)]
    public double GraceSeconds { get; init; } = 20;
}
