namespace Aigc.Functions.Jobs;

/// <summary>How jobs are accepted and watched.</summary>
public sealed record DurableEngineOptions
{
    /// <summary>How long accepting a job waits for a host to say what it can do; then the job is accepted unplanned.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan DescribeLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How soon a watched job is looked at again after something of it changed. Then it is looked at each time another eighth has
    /// passed, so that whoever waits hears of an end an eighth late at most.
    /// </summary>
    /// <value>The default is 15 milliseconds: a look is one read of a table.</value>
    public TimeSpan ShortestWatch { get; init; } = TimeSpan.FromMilliseconds(15);

    /// <summary>How rarely it is looked at at most.</summary>
    /// <value>The default is 500 milliseconds.</value>
    public TimeSpan LongestWatch { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most jobs that one page of a list looks at: where few are in the state asked for, a page then holds fewer.</summary>
    /// <value>The default is 1000, some seconds of reading.</value>
    public int MaxListed { get; init; } = 1000;

    /// <summary>Whether enhancements of plan Split go through a queue, for whoever takes them from it.</summary>
    /// <value>The default is false: each is an orchestration's own activity.</value>
    public bool EnhanceQueued { get; init; }

    /// <summary>How long a job is left alone whose last change is a while ago.</summary>
    internal TimeSpan WatchAfter(TimeSpan unchanged) =>
        unchanged / 8 < ShortestWatch ? ShortestWatch : unchanged / 8 < LongestWatch ? unchanged / 8 : LongestWatch;

    /// <summary>Draws the seed of a request that has none: 0 or above.</summary>
    /// <value>The default draws 32 bits, which every tool reads back exactly.</value>
    public Func<long> DrawSeed { get; init; } = () => System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
}
