using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>Rows of numbers in the host's memory, from where a run takes them to its device.</summary>
internal sealed class HostRows<T> : IDisposable
    where T : unmanaged
{
    private readonly T[] _values;
    private readonly int _rowLength;
    private readonly RowViews _views;

    /// <summary>Makes rows of zeros.</summary>
    /// <param name="capacity">The most rows.</param>
    /// <param name="rowShape">The shape of one; empty where a row is one number.</param>
    public HostRows(int capacity, params long[] rowShape)
    {
        _rowLength = checked((int)rowShape.Aggregate(1L, (length, dimension) => length * dimension));
        var values = _values = GC.AllocateArray<T>(checked(capacity * _rowLength), pinned: true);
        var length = _rowLength;
        _views = new RowViews(capacity, rows => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, values.AsMemory(0, rows * length), [rows, .. rowShape]));
    }

    public Span<T> Row(int row) => _values.AsSpan(row * _rowLength, _rowLength);

    public ReadOnlySpan<T> Rows(int rows) => _values.AsSpan(0, rows * _rowLength);

    public OrtValue First(int rows) => _views.First(rows);

    public void Dispose() => _views.Dispose();
}
