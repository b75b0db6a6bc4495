namespace Aigc.Inference.Client.Resilience;

/// <summary>When a host that takes calls and fails them gets none for a while.</summary>
/// <remarks>A host that cannot be reached, or says that it drains or loads, is left out by its first refusal already.</remarks>
public sealed record BreakerOptions
{
    /// <summary>The share of its calls that fail from which its circuit opens.</summary>
    /// <value>The default is 0.5. Above 0 to 1.</value>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>The fewest calls within <see cref="SamplingDuration"/> that say anything.</summary>
    /// <value>The default is 10. At least 2.</value>
    public int MinimumThroughput { get; init; } = 10;

    /// <summary>How far back calls are counted.</summary>
    /// <value>The default is 30 seconds. From half a second to 1 day.</value>
    public TimeSpan SamplingDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it then gets no call. After that one call alone finds out whether it is well.</summary>
    /// <value>The default is 10 seconds. From half a second to 1 day.</value>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(10);

    internal IEnumerable<string> Faults()
    {
        if (!(FailureRatio > 0 && FailureRatio <= 1))
            yield return $"failure ratio {FailureRatio} of the breaker is not above 0 and at most 1";
        if (MinimumThroughput < 2)
            yield return $"minimum throughput {MinimumThroughput} of the breaker is below 2";
        foreach (var (name, length) in new[] { ("sampling duration", SamplingDuration), ("break duration", BreakDuration) })
        {
            if (length < TimeSpan.FromSeconds(0.5) || length > TimeSpan.FromDays(1))
                yield return $"{name} {length} of the breaker is not from half a second to 1 day";
        }
    }
}
