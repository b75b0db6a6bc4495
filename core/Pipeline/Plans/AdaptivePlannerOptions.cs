namespace Aigc.Pipeline.Plans;

/// <summary>How readily <see cref="AdaptivePlanner"/> changes its mind.</summary>
public sealed record AdaptivePlannerOptions
{
    /// <summary>How much better another plan must be than the kept one, as a share of its cost.</summary>
    /// <value>The default is 0.05. Raise it where plans change without need.</value>
    public double Margin { get; init; } = .05;

    /// <summary>For how many decisions running it must be so.</summary>
    /// <value>The default is 3.</value>
    public int Patience { get; init; } = 3;

    /// <summary>How many kinds of jobs a choice is kept for; the one not asked for longest is forgotten.</summary>
    /// <value>The default is 256.</value>
    public int MostKinds { get; init; } = 256;
}
