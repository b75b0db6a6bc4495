using Aigc.Inference.Faults;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>Rows of numbers in the memory where a graph wants them. They stay at one address until disposed.</summary>
internal sealed class DeviceRows : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtMemoryInfo> _memories;
    private readonly OrtMemoryInfo _memory;
    private readonly OrtAllocator _allocator;
    private readonly OrtMemoryAllocation _allocation;
    private readonly TensorElementType _type;
    private readonly int _size;
    private readonly int _rowBytes;
    private readonly RowViews _views;

    private DeviceRows(
        OnnxGraph graph,
        IDisposableReadOnlyCollection<OrtMemoryInfo> memories,
        int port,
        TensorElementType type,
        int capacity,
        long[] rowShape)
    {
        _memories = memories;
        _memory = memories[port];
        _type = type;
        var rowLength = checked((int)rowShape.Aggregate(1L, (length, dimension) => length * dimension));
        _size = Size(type) ?? throw graph.Unfit($"has {type}, which is none of float32, float16, float64, int32 and int64");
        _rowBytes = checked(rowLength * _size);
        var bytes = (long)capacity * _rowBytes;
        using var _ = CaptureGate.EnterBesideOthers();
        _allocator = new OrtAllocator(graph.Session, _memory);
        try
        {
            _allocation = _allocator.Allocate(checked((uint)bytes));
        }
        catch (Exception e) when (e is OnnxRuntimeException or OverflowException)
        {
            _allocator.Dispose();
            throw new InferenceException(
                InferenceFault.DeviceUnavailable,
                $"the device has no room for {bytes} bytes of a batch's latents: lower the batch's rows or the picture's size, or free memory",
                innerException: e);
        }

        _views = new RowViews(capacity, rows => View(0, [rows, .. rowShape]));
    }

    /// <summary>Rows for an input of a graph, of the input's type or another.</summary>
    public static DeviceRows ForInput(OnnxGraph graph, TensorPort port, int capacity, params long[] rowShape) =>
        ForInput(graph, port, port.Type, capacity, rowShape);

    /// <inheritdoc cref="ForInput(OnnxGraph, TensorPort, int, long[])"/>
    public static DeviceRows ForInput(
        OnnxGraph graph, TensorPort port, TensorElementType type, int capacity, params long[] rowShape) => new(
        graph, graph.Session.GetMemoryInfosForInputs(), IndexOf(graph.Session.InputNames, port.Name), type, capacity, rowShape);

    /// <summary>Rows for an output of a graph.</summary>
    public static DeviceRows ForOutput(OnnxGraph graph, TensorPort port, int capacity, params long[] rowShape) => new(
        graph, graph.Session.GetMemoryInfosForOutputs(), IndexOf(graph.Session.OutputNames, port.Name), port.Type, capacity, rowShape);

    /// <summary>The first rows; the view is kept and not the caller's to dispose.</summary>
    public OrtValue First(int rows) => _views.First(rows);

    /// <summary>Some rows in another shape; the caller's to dispose.</summary>
    public OrtValue View(int row, params long[] shape)
    {
        var length = shape.Aggregate(1L, (length, dimension) => length * dimension);
        // The handle of an allocation is the address, of the device's memory where it is one's.
        return OrtValue.CreateTensorValueWithData(
            _memory, _type, shape, _allocation.DangerousGetHandle() + (nint)row * _rowBytes, length * _size);
    }

    public void Dispose()
    {
        _views.Dispose();
        _allocation.Dispose();
        _allocator.Dispose();
        _memories.Dispose();
    }

    private static int? Size(TensorElementType type) => type switch
    {
        TensorElementType.Float16 => 2,
        TensorElementType.Float or TensorElementType.Int32 => 4,
        TensorElementType.Double or TensorElementType.Int64 => 8,
        _ => null,
    };

    private static int IndexOf(IReadOnlyList<string> names, string name) =>
        Enumerable.Range(0, names.Count).First(i => names[i] == name);
}
