using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx;

/// <summary>
/// Memory of a graph's own element type that callers see as float32. Where the graph takes float32 the two are one and
/// nothing is copied.
/// </summary>
internal abstract class TensorBuffer
{
    /// <summary>Makes a buffer of <paramref name="length"/> numbers.</summary>
    /// <exception cref="NotSupportedException">The element type is none of float32, float16, float64, int32 and int64.</exception>
    public static TensorBuffer Create(TensorElementType type, int length) => type switch
    {
        TensorElementType.Float => new Direct(length),
        TensorElementType.Float16 => new Converted<Float16>(
            length,
            static (from, to) => TensorPrimitives.ConvertToHalf(from, MemoryMarshal.Cast<Float16, Half>(to)),
            static (from, to) => TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(from), to)),
        TensorElementType.Double => new Converted<double>(
            length, TensorPrimitives.ConvertTruncating<float, double>, TensorPrimitives.ConvertTruncating<double, float>),
        TensorElementType.Int64 => new Converted<long>(length, Rounded<long>, TensorPrimitives.ConvertTruncating<long, float>),
        TensorElementType.Int32 => new Converted<int>(length, Rounded<int>, TensorPrimitives.ConvertTruncating<int, float>),
        _ => throw new NotSupportedException($"takes {type}, which is none of float32, float16, float64, int32 and int64"),
    };

    /// <summary>The numbers as float32.</summary>
    public abstract Span<float> Values { get; }

    /// <summary>The graph's view of some of the numbers; the memory is pinned until it is disposed.</summary>
    public abstract OrtValue View(int offset, params ReadOnlySpan<long> shape);

    /// <summary>Hands numbers written to <see cref="Values"/> to the graph.</summary>
    public abstract void Upload(int offset, int length);

    /// <summary>Brings the graph's numbers to <see cref="Values"/>.</summary>
    public abstract void Download(int offset, int length);

    // Timesteps may lie between two training timesteps; a graph that takes integers is told the nearest.
    private static void Rounded<T>(ReadOnlySpan<float> from, Span<T> to)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = T.CreateTruncating(MathF.Round(from[i]));
    }

    private sealed class Direct(int length) : TensorBuffer
    {
        private readonly float[] _values = GC.AllocateArray<float>(length, pinned: true);

        public override Span<float> Values => _values;

        public override OrtValue View(int offset, params ReadOnlySpan<long> shape) => ViewOf(_values, offset, shape);

        public override void Upload(int offset, int length)
        {
        }

        public override void Download(int offset, int length)
        {
        }
    }

    private sealed class Converted<T>(int length, SpanAction<float, T> upload, SpanAction<T, float> download) : TensorBuffer
        where T : unmanaged
    {
        private readonly float[] _values = new float[length];
        private readonly T[] _native = GC.AllocateArray<T>(length, pinned: true);

        public override Span<float> Values => _values;

        public override OrtValue View(int offset, params ReadOnlySpan<long> shape) => ViewOf(_native, offset, shape);

        public override void Upload(int offset, int length) => upload(_values.AsSpan(offset, length), _native.AsSpan(offset, length));

        public override void Download(int offset, int length) => download(_native.AsSpan(offset, length), _values.AsSpan(offset, length));
    }

    private delegate void SpanAction<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to);

    private static OrtValue ViewOf<T>(T[] memory, int offset, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var length = 1;
        foreach (var dimension in shape)
            length = checked(length * (int)dimension);
        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(offset, length), shape.ToArray());
    }
}
