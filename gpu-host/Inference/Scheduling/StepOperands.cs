namespace Aigc.Inference.Scheduling;

/// <summary>What a step reads, by the column of <see cref="StepMap"/>.</summary>
internal readonly ref struct StepOperands(
    ReadOnlySpan<float> sample, ReadOnlySpan<float> history, ReadOnlySpan<float> output, ReadOnlySpan<float> noise)
{
    private readonly ReadOnlySpan<float> _sample = sample;
    private readonly ReadOnlySpan<float> _history = history;
    private readonly ReadOnlySpan<float> _output = output;
    private readonly ReadOnlySpan<float> _noise = noise;

    public ReadOnlySpan<float> Column(int column, int historyLength)
    {
        if (column == 0) return _sample;
        if (column <= historyLength) return _history.Slice((column - 1) * _sample.Length, _sample.Length);
        return column == historyLength + 1 ? _output : _noise;
    }
}
