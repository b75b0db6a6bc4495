namespace Aigc.Functions.Jobs;

/// <summary>How jobs are accepted and watched.</summary>
public sealed record DurableEngineOptions
{
    /// <summary>How long accepting a job waits for a host to say what it can do; then the job is accepted unplanned.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan DescribeLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a watched job is looked at.</summary>
    /// <value>The default is 250 milliseconds.</value>
    public TimeSpan WatchPeriod { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Draws the seed of a request that has none: 0 or above.</summary>
    /// <value>The default draws 32 bits, which every tool reads back exactly.</value>
    public Func<long> DrawSeed { get; init; } = () => System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
}
