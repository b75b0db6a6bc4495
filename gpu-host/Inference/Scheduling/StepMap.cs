namespace Aigc.Inference.Scheduling;

/// <summary>
/// One step as a linear map, so that whoever holds the samples, be it a device, can carry it out without knowing the scheduler.
/// </summary>
/// <remarks>
/// Row 0 gives the new sample and row 1 + h the new buffer h of history. Column 0 stands for the sample, 1 + h for buffer h of history, the
/// last but one for the model's output and the last for fresh noise. All rows read what there was before the step. Here a row's terms are
/// added in the order of the columns, each product and each sum rounded to single precision; whoever fuses them ends on other bits.
/// </remarks>
public sealed class StepMap
{
    // Large enough to keep the loops busy, small enough to stay in the nearest cache beside its operands.
    private const int Block = 256;

    private readonly float[] _coefficients;
    private readonly bool[] _keeps;

    internal StepMap(LinearRow sample, params ReadOnlySpan<LinearRow> history)
    {
        HistoryLength = history.Length;
        _coefficients = new float[Rows * Columns];
        _keeps = new bool[Rows];
        Fill(0, sample);
        for (var i = 0; i < history.Length; i++) Fill(i + 1, history[i]);
        AddsNoise = Enumerable.Range(0, Rows).Any(row => Row(row)[^1] != 0);
    }

    /// <summary>How many buffers of history there are, each of the sample's length.</summary>
    public int HistoryLength { get; }

    /// <summary>The new sample, and each new buffer of history.</summary>
    public int Rows => HistoryLength + 1;

    /// <summary>The sample, each buffer of history, the model's output, and noise.</summary>
    public int Columns => HistoryLength + 3;

    /// <summary>Whether the step reads <see cref="StepContext.Noise"/>; the last step of a run does not.</summary>
    public bool AddsNoise { get; }

    /// <summary>The coefficients of a row, <see cref="Columns"/> of them.</summary>
    /// <param name="row">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> Row(int row) => _coefficients.AsSpan(row * Columns, Columns);

    /// <summary>Whether a row leaves its buffer of history as it is, so that nothing need be done.</summary>
    /// <param name="row">From 0.</param>
    public bool Keeps(int row) => _keeps[row];

    internal void Apply(Span<float> sample, Span<float> history, ReadOnlySpan<float> output, ReadOnlySpan<float> noise)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, sample.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(history.Length, HistoryLength * sample.Length);
        if (AddsNoise) ArgumentOutOfRangeException.ThrowIfNotEqual(noise.Length, sample.Length);

        // No row may see what another has written.
        var operands = new StepOperands(sample, history, output, noise);
        Span<float> results = stackalloc float[Rows * Block];
        for (var start = 0; start < sample.Length; start += Block)
        {
            var count = Math.Min(Block, sample.Length - start);
            for (var row = 0; row < Rows; row++)
            {
                if (!_keeps[row]) Blend(row, operands, start, results.Slice(row * Block, count));
            }

            for (var row = 0; row < Rows; row++)
            {
                if (_keeps[row]) continue;
                var destination = row == 0 ? sample : history[((row - 1) * sample.Length)..];
                results.Slice(row * Block, count).CopyTo(destination[start..]);
            }
        }
    }

    // A term of 0 is left out, or a buffer nobody filled would count. The new sample has its two always: 0 * x may be -0, and pictures are
    // stored that were made so.
    private bool Has(int row, int column) =>
        _coefficients[row * Columns + column] != 0 || (row == 0 && (column == 0 || column == Columns - 2));

    private void Blend(int row, StepOperands operands, int start, Span<float> result)
    {
        var first = true;
        for (var column = 0; column < Columns; column++)
        {
            if (!Has(row, column)) continue;
            var operand = operands.Column(column, HistoryLength).Slice(start, result.Length);
            var coefficient = _coefficients[row * Columns + column];
            if (first) LinearBlend.Scale(coefficient, operand, result);
            else LinearBlend.Add(coefficient, operand, result);
            first = false;
        }
    }

    private void Fill(int row, LinearRow from)
    {
        var coefficients = _coefficients.AsSpan(row * Columns, Columns);
        coefficients[0] = (float)from.FromSample;
        for (var i = 0; i < from.FromHistory.Length; i++) coefficients[1 + i] = (float)from.FromHistory[i];
        coefficients[^2] = (float)from.FromOutput;
        coefficients[^1] = (float)from.FromNoise;
        var alone = coefficients.IndexOfAnyExcept(0f) == row && coefficients.LastIndexOfAnyExcept(0f) == row;
        _keeps[row] = row > 0 && alone && coefficients[row] == 1;
    }
}
