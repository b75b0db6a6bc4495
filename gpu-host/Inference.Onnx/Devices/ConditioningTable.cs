using Aigc.Inference.Batching;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>
/// One conditioning of every seated job in device memory, and the denoiser's input that is picked from it: a slot has a row for its
/// negative prompt and one for its prompt.
/// </summary>
internal sealed class ConditioningTable
{
    private readonly RowConditioning _conditioning;
    private readonly ArithmeticGraph _copy;
    private readonly ArithmeticGraph _pick;
    private readonly DeviceRows _table;
    private readonly DeviceRows _picked;
    private readonly RowViews _flat;
    private readonly HostRows<float> _staging;
    private readonly int _length;
    private readonly int _tableRows;

    /// <summary>Allocates the table and the denoiser's input.</summary>
    /// <param name="unet">The denoising network.</param>
    /// <param name="arithmetic">Of its device.</param>
    /// <param name="conditioning">What is kept.</param>
    /// <param name="capacity">The most rows of a step, and the number of slots.</param>
    /// <param name="owner">Disposes of the memory.</param>
    public ConditioningTable(OnnxGraph unet, StepArithmetic arithmetic, RowConditioning conditioning, int capacity, Ownership owner)
    {
        _conditioning = conditioning;
        var port = conditioning.Port;
        _length = checked((int)conditioning.RowShape.Aggregate(1L, (length, dimension) => length * dimension));
        _tableRows = 2 * capacity;
        _copy = arithmetic.Copy(port.Type);
        _pick = arithmetic.Pick(port.Type);
        _table = owner.Add(DeviceRows.ForInput(unet, port, _tableRows, _length));
        _picked = owner.Add(DeviceRows.ForInput(unet, port, capacity, conditioning.RowShape));
        _flat = owner.Add(new RowViews(capacity, rows => _picked.View(0, rows, _length)));
        _staging = owner.Add(new HostRows<float>(1, _length));
    }

    public string Name => _conditioning.Port.Name;

    /// <summary>The row of the table with a slot's prompt, or its negative prompt.</summary>
    public static int RowOf(int slot, bool prompt) => 2 * slot + (prompt ? 1 : 0);

    public void Upload(DenoiseJob job, int slot)
    {
        Upload(job, slot, prompt: true);
        if (job.Guided)
            Upload(job, slot, prompt: false);
    }

    /// <summary>Lays out the denoiser's input.</summary>
    public void Pick(OrtValue indices, int rows) => _pick.Run([_table.First(_tableRows), indices], _flat.First(rows));

    /// <summary>The denoiser's input, of its first rows.</summary>
    public OrtValue First(int rows) => _picked.First(rows);

    /// <summary>Some rows of the denoiser's input; the caller's to dispose.</summary>
    public OrtValue View(int row, int rows) => _picked.View(row, [rows, .. _conditioning.RowShape]);

    private void Upload(DenoiseJob job, int slot, bool prompt)
    {
        _conditioning.Write(job, prompt, _staging.Row(0));
        using var there = _table.View(RowOf(slot, prompt), 1, _length);
        _copy.Run([_staging.First(1)], there);
    }
}
