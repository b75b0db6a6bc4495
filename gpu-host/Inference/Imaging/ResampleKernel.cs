namespace Aigc.Inference.Imaging;

/// <summary>
/// How each of a row of new pixels is mixed from old ones: the cubic of Catmull and Rom (Keys, "Cubic Convolution Interpolation for
/// Digital Image Processing", 1981, a = -1/2), widened by the factor of a shrink.
/// </summary>
internal sealed class ResampleKernel
{
    private const double Reach = 2;

    private readonly (int First, float[] Weights)[] _taps;

    /// <summary>Works the weights out.</summary>
    /// <param name="length">Old pixels.</param>
    /// <param name="count">New pixels.</param>
    /// <param name="kept">How many old pixels the new ones stand for, taken from the middle.</param>
    public ResampleKernel(int length, int count, double kept)
    {
        var step = kept / count;
        var width = Math.Max(1, step);
        _taps = new (int, float[])[count];
        for (var i = 0; i < count; i++)
        {
            var centre = (length - kept) / 2 + (i + .5) * step;
            // Beyond the edge there is nothing to mix in: the weights that are left are made to add up to 1.
            var first = Math.Clamp((int)Math.Ceiling(centre - Reach * width - .5), 0, length - 1);
            var last = Math.Clamp((int)Math.Floor(centre + Reach * width - .5), first, length - 1);
            double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(at => Cubic((at + .5 - centre) / width))];
            var sum = weights.Sum();
            _taps[i] = (first, [.. weights.Select(weight => (float)(weight / sum))]);
            MostTaps = Math.Max(MostTaps, weights.Length);
        }
    }

    /// <summary>The most old pixels that one new one is mixed from.</summary>
    public int MostTaps { get; }

    /// <summary>The first old pixel that any new one is mixed from.</summary>
    public int First => _taps[0].First;

    /// <summary>One past the last such pixel.</summary>
    public int End => _taps[^1].First + _taps[^1].Weights.Length;

    /// <summary>What one new pixel is mixed from: the first old one, and a weight for it and each that follows.</summary>
    public (int First, float[] Weights) Of(int pixel) => _taps[pixel];

    private static double Cubic(double distance)
    {
        var d = Math.Abs(distance);
        return d < 1 ? (1.5 * d - 2.5) * d * d + 1
            : d < 2 ? ((-.5 * d + 2.5) * d - 4) * d + 2
            : 0;
    }
}
