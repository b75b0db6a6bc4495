using Aigc.Inference.Costs;
using Aigc.Inference.Models;

namespace Aigc.Inference.Batching;

/// <summary>How many rows of a shape a step should take, from what steps were seen to take. Safe for many threads.</summary>
/// <param name="options">How steps are shared.</param>
/// <param name="costs">What steps take.</param>
internal sealed class RowBudget(BatchingOptions options, CostModel costs)
{
    /// <summary>The most rows whose step keeps to <see cref="BatchingOptions.MaxStepSeconds"/>; 2 at least.</summary>
    public int Cap(string model, LatentShape shape)
    {
        var rows = options.MaxRows;
        while (rows > 2 && costs.StepSeconds(model, shape, rows) > options.MaxStepSeconds)
            rows = Math.Max(2, rows - 2);
        return rows;
    }

    /// <summary>What a row's share of a full batch's step takes, in seconds; 0 where nothing of the model was measured.</summary>
    public double SecondsPerRow(string model, LatentShape shape)
    {
        var rows = Cap(model, shape);
        return (costs.StepSeconds(model, shape, rows) ?? 0) / rows;
    }
}
