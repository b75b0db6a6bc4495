namespace Aigc.Benchmarks.Scaling;

/// <summary>What a rule came to on a trace.</summary>
/// <param name="Pictures">Pictures that were made: all that were asked for.</param>
/// <param name="Waits">Seconds from a picture's request to its first step, in order of length.</param>
/// <param name="PeakReplicas">The most replicas at a time.</param>
/// <param name="ColdStarts">Replicas that were started.</param>
/// <param name="ReplicaHours">Hours that replicas were paid for, starting and ending too.</param>
/// <param name="BusyShare">Of them, the share in which a step ran.</param>
/// <param name="Cost">Of the replicas.</param>
internal sealed record ScalingResult(
    int Pictures, double[] Waits, int PeakReplicas, int ColdStarts, double ReplicaHours, double BusyShare, double Cost)
{
    /// <summary>Cost of a thousand pictures.</summary>
    public double CostPerThousand => Pictures == 0 ? 0 : Cost * 1000 / Pictures;

    /// <summary>The wait that so large a share of the pictures does not exceed, in seconds.</summary>
    public double Wait(double share) => Waits.Length == 0 ? 0 : Waits[Math.Min(Waits.Length - 1, (int)(share * Waits.Length))];
}
