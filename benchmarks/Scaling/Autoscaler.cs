namespace Aigc.Benchmarks.Scaling;

/// <summary>
/// Decides how many replicas there are to be: the rule and what the platform makes of it, apart from time and from replicas.
/// </summary>
internal sealed class Autoscaler(ScaleRule rule, Platform platform)
{
    private readonly Queue<(double At, int Wanted)> _wanted = new();
    private double _lastWork = double.NegativeInfinity;

    /// <summary>How many there are to be.</summary>
    /// <param name="now">Seconds; never less than before.</param>
    /// <param name="jobs">Jobs that are queued or run.</param>
    /// <param name="replicas">Replicas that there are or will be.</param>
    public int Decide(double now, int jobs, int replicas)
    {
        if (jobs > 0)
            _lastWork = now;
        var wanted = Math.Clamp((jobs + rule.JobsPerReplica - 1) / rule.JobsPerReplica, rule.MinReplicas, rule.MaxReplicas);
        _wanted.Enqueue((now, wanted));
        while (_wanted.Peek().At < now - platform.StabilizationSeconds)
            _wanted.Dequeue();

        if (wanted > replicas)
            return Math.Min(wanted, Most(replicas));
        if (wanted == 0)
            return now - _lastWork >= rule.CooldownSeconds ? 0 : Math.Min(replicas, Math.Max(1, _wanted.Max(static one => one.Wanted)));
        return Math.Min(replicas, _wanted.Max(static one => one.Wanted));
    }

    // One, then four, then twice as many at a time.
    private static int Most(int replicas) => replicas switch { 0 => 1, 1 => 4, _ => replicas * 2 };
}
