namespace Aigc.Benchmarks.Scaling;

/// <summary>The scale rule of gpu-host's container app, with the words of <c>infra/app/gpu-host.bicep</c>.</summary>
/// <param name="JobsPerReplica">Queued and running jobs that the platform wants for each replica.</param>
/// <param name="MaxReplicas">The most replicas.</param>
/// <param name="CooldownSeconds">How long the last replica stays after the last job.</param>
/// <param name="MinReplicas">Replicas without any job.</param>
internal sealed record ScaleRule(int JobsPerReplica, int MaxReplicas, int CooldownSeconds, int MinReplicas = 0);
