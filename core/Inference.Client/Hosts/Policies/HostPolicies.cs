namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary>Makes the policy that the options name.</summary>
internal static class HostPolicies
{
    /// <exception cref="ArgumentOutOfRangeException">They name none.</exception>
    public static IHostPolicy Of(RemoteStagesOptions options) => options.Balancing switch
    {
        Balancing.RoundRobin => new RoundRobinPolicy(),
        Balancing.Weighted => new WeightedPolicy(),
        Balancing.LeastLoaded => new LeastLoadedPolicy(),
        Balancing.Locality => new LocalityPolicy(options.FetchLatency, options.FetchBytesPerSecond),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Balancing, "unknown policy"),
    };
}
