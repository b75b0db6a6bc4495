namespace Aigc.Benchmarks.Scaling;

/// <summary>One picture.</summary>
internal sealed class Job(double arrivedAt, double steps)
{
    /// <summary>When it was asked for, in seconds.</summary>
    public double ArrivedAt { get; } = arrivedAt;

    /// <summary>When its first step began.</summary>
    public double? StartedAt { get; set; }

    /// <summary>Steps that it still takes.</summary>
    public double StepsLeft { get; set; } = steps;
}
