namespace Aigc.Benchmarks.Scaling;

/// <summary>What Container Apps does with a rule, by its documentation.</summary>
internal sealed record Platform
{
    /// <summary>How often the queue is looked at while there is no replica, in seconds; the template sets it.</summary>
    public double PollSeconds { get; init; } = 10;

    /// <summary>How often the number of replicas is decided once there is one, in seconds.</summary>
    public double SyncSeconds { get; init; } = 15;

    /// <summary>How long a lower number must have been enough before replicas go, in seconds.</summary>
    public double StabilizationSeconds { get; init; } = 300;

    /// <summary>How long a replica that is to go may finish what runs on it, in seconds; the template sets it.</summary>
    public double GraceSeconds { get; init; } = 90;

    /// <summary>Compute that may wait on a replica before it refuses, in seconds: gpu-host's <c>Admission:MaxQueuedSeconds</c>.</summary>
    public double MaxQueuedSeconds { get; init; } = 60;
}
