namespace Aigc.Pipeline.Plans;

/// <summary>
/// A mean that forgets: sample n counts 1/n up to <see cref="StageCosts.Memory"/>, then 1/<see cref="StageCosts.Memory"/>.
/// </summary>
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

    /// <summary>Adds what others can only have made longer: a longer sample counts a fifth of a shorter one.</summary>
    public void AddContended(double value)
    {
        if (_count == 0)
        {
            Add(value);
            return;
        }

        _count = Math.Min(_count + 1, StageCosts.Memory);
        Value += (value - Value) * (value < Value ? Math.Max(1.0 / _count, .2) : .2 / _count);
    }
}
