using System.Numerics;

namespace Aigc.Inference.Scheduling;

/// <summary>The arithmetic of samples.</summary>
internal static class LinearBlend
{
    /// <summary>Writes <c>a * x + b * y</c>; the destination may be either.</summary>
    /// <remarks>
    /// Multiply and add stay two roundings, which the runtime does not fuse on its own, so an element comes out the same in a vector of any
    /// width, in the remainder, and on any machine. TensorPrimitives does not promise that.
    /// </remarks>
    public static void Combine(double a, ReadOnlySpan<float> x, double b, ReadOnlySpan<float> y, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, destination.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, destination.Length);
        var (scaleX, scaleY) = ((float)a, (float)b);
        var i = 0;
        for (; i <= destination.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * scaleX + new Vector<float>(y[i..]) * scaleY).CopyTo(destination[i..]);
        for (; i < destination.Length; i++) destination[i] = x[i] * scaleX + y[i] * scaleY;
    }

    /// <summary>Adds <c>a * x</c> to the destination, in two roundings likewise.</summary>
    public static void Add(float a, ReadOnlySpan<float> x, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, destination.Length);
        var i = 0;
        for (; i <= destination.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(destination[i..]) + new Vector<float>(x[i..]) * a).CopyTo(destination[i..]);
        for (; i < destination.Length; i++) destination[i] += x[i] * a;
    }

    /// <summary>Writes <c>a * x</c>; the destination may be <c>x</c>.</summary>
    public static void Scale(float a, ReadOnlySpan<float> x, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, destination.Length);
        var i = 0;
        for (; i <= destination.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * a).CopyTo(destination[i..]);
        for (; i < destination.Length; i++) destination[i] = x[i] * a;
    }
}
