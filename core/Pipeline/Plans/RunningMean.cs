namespace Aigc.Pipeline.Plans;

/// <summary>A mean that forgets: sample n counts 1/n up to <see cref="StageCosts.Memory"/>, then 1/<see cref="StageCosts.Memory"/>.</summary>
internal sealed class RunningMean
{
    private int _count;

    /// <summary>The mean; 0 before the first sample.</summary>
    public double Value { get; private set; }

    public void Add(double value)
    {
        _count = Math.Min(_count + 1, StageCosts.Memory);
        Value += (value - Value) / _count;
    }
}
