using System.Collections.Immutable;

namespace Aigc.Inference.Scheduling;

/// <summary>A quantity that is linear in what a step has: the sample, the history, the model's output and fresh noise.</summary>
internal readonly record struct LinearRow(double FromSample, double FromOutput, double FromNoise = 0)
{
    /// <summary>Of each buffer of history in turn; those beyond are 0.</summary>
    public ImmutableArray<double> FromHistory { get; init; } = [];

    public static LinearRow Output { get; } = new(0, 1);

    public static LinearRow Sample { get; } = new(1, 0);

    public static LinearRow Of(Prediction prediction) => new(prediction.FromSample, prediction.FromOutput);

    /// <summary>What a buffer of history holds.</summary>
    public static LinearRow History(int index) => new(0, 0) { FromHistory = [.. Enumerable.Repeat(0.0, index), 1] };
}
