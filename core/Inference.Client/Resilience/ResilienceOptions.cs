namespace Aigc.Inference.Client.Resilience;

/// <summary>What stage calls to hosts bear, by their kind.</summary>
public sealed record ResilienceOptions
{
    /// <summary>Of texts to embeddings.</summary>
    /// <value>The default is hedged.</value>
    public StageResilience Understand { get; init; } = new() { Hedge = true };

    /// <summary>Of input pictures to latents.</summary>
    /// <value>The default is hedged where the call has one picture.</value>
    public StageResilience Prepare { get; init; } = new() { Hedge = true };

    /// <summary>Of look-ups in the store.</summary>
    public StageResilience Find { get; init; } = new();

    /// <summary>Of embeddings to generated pictures.</summary>
    public StageResilience Generate { get; init; } = new();

    /// <summary>Of generated pictures to finished ones.</summary>
    /// <value>The default is hedged where the call has one picture.</value>
    public StageResilience Enhance { get; init; } = new() { Hedge = true };

    /// <summary>Of the whole chain in one call.</summary>
    public StageResilience Run { get; init; } = new();

    /// <summary>When a host that takes calls and fails them gets none for a while.</summary>
    public BreakerOptions Breaker { get; init; } = new();

    /// <summary>
    /// By how much of itself, at most, a wait of this process's own choice is shortened by chance, so that callers who lost a host together
    /// do not come back together. A wait that a host asks for is kept to exactly.
    /// </summary>
    /// <value>The default is 0.5. From 0 to 1.</value>
    public double Jitter { get; init; } = 0.5;

    /// <summary>The limits of a kind of call.</summary>
    public StageResilience Of(StageKind kind) => kind switch
    {
        StageKind.Understand => Understand,
        StageKind.Prepare => Prepare,
        StageKind.Find => Find,
        StageKind.Generate => Generate,
        StageKind.Enhance => Enhance,
        StageKind.Run => Run,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of stage call"),
    };

    /// <summary>What is wrong with them, a sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        foreach (var kind in Enum.GetValues<StageKind>())
            faults.AddRange(Of(kind).Faults(WordOf(kind), kind is StageKind.Understand or StageKind.Prepare or StageKind.Enhance));
        faults.AddRange(Breaker.Faults());
        if (!(Jitter >= 0 && Jitter <= 1))
            faults.Add($"jitter {Jitter} is not from 0 to 1");
        return faults;
    }

    internal static string WordOf(StageKind kind) => kind.ToString().ToLowerInvariant();
}
