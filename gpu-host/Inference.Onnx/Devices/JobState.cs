using Aigc.Inference.Batching;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>
/// The samples and histories of jobs in device memory, twice: a step reads the one and writes the other, so a step that fails has changed
/// nothing.
/// </summary>
internal sealed class JobState : IDisposable
{
    private readonly Ownership _owned = new();
    private readonly ArithmeticGraph _copy;
    private readonly DeviceRows[] _rows;
    private readonly HostRows<float> _staging;
    private readonly int _length;
    private int _now;

    /// <summary>Makes slots.</summary>
    /// <param name="unet">The graph on whose device they are.</param>
    /// <param name="sample">The graph's input beside whose memory theirs is.</param>
    /// <param name="arithmetic">Of that device.</param>
    /// <param name="slots">How many.</param>
    /// <param name="stride">Rows of a slot: a sample and its history.</param>
    /// <param name="length">Numbers in a row.</param>
    public JobState(OnnxGraph unet, TensorPort sample, StepArithmetic arithmetic, int slots, int stride, int length)
    {
        Stride = stride;
        Slots = slots;
        _length = length;
        _copy = arithmetic.Copy(TensorElementType.Float);
        _staging = _owned.Add(new HostRows<float>(stride, length));
        try
        {
            _rows = [Rows(), Rows()];
        }
        catch
        {
            _owned.Dispose();
            throw;
        }

        DeviceRows Rows() => _owned.Add(DeviceRows.ForInput(unet, sample, TensorElementType.Float, slots * stride, length));
    }

    public int Stride { get; }

    private int Slots { get; }

    public OrtValue Now => _rows[_now].First(Slots * Stride);

    public OrtValue Next => _rows[1 - _now].First(Slots * Stride);

    public void Swap() => _now = 1 - _now;

    /// <summary>Writes every row of a slot, those that the job does not use too: not a number times 0 would not be 0.</summary>
    public void Upload(DenoiseJob job, int slot)
    {
        for (var row = 0; row < Stride; row++)
        {
            var values = _staging.Row(row);
            if (row == 0)
                job.Latent.CopyTo(values);
            else if (row * _length <= job.HistoryBuffer.Length)
                job.HistoryBuffer.Slice((row - 1) * _length, _length).CopyTo(values);
            else
                values.Clear();
        }

        using var there = _rows[_now].View(slot * Stride, Stride, _length);
        _copy.Run([_staging.First(Stride)], there);
    }

    public void Download(DenoiseJob job, int slot)
    {
        using var there = _rows[_now].View(slot * Stride, Stride, _length);
        _copy.Run([there], _staging.First(Stride));
        _staging.Row(0).CopyTo(job.LatentBuffer);
        for (var row = 1; row * _length <= job.HistoryBuffer.Length; row++)
            _staging.Row(row).CopyTo(job.HistoryBuffer[((row - 1) * _length)..]);
    }

    public void Dispose() => _owned.Dispose();
}
