using System.Collections.Concurrent;
using Aigc.Inference.Imaging;

namespace Aigc.Benchmarks.Transport;

/// <summary>Pictures that compress about as a photograph does: smooth shading with a little grain.</summary>
internal static class SampleImages
{
    private static readonly ConcurrentDictionary<int, Picture> _pictures = new();

    /// <param name="size">Width and height, in pixels.</param>
    public static Picture Of(int size) => _pictures.GetOrAdd(size, Draw);

    private static Picture Draw(int size)
    {
        var rgba = new byte[size * size * Picture.BytesPerPixel];
        var grain = new Random(size);
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var at = (y * size + x) * Picture.BytesPerPixel;
                var (u, v) = ((double)x / size, (double)y / size);
                var noise = grain.Next(-2, 3);
                rgba[at] = (byte)(128 + 100 * Math.Sin(6 * u + 2 * v) + noise);
                rgba[at + 1] = (byte)(128 + 100 * Math.Sin(3 * v + u) + noise);
                rgba[at + 2] = (byte)(128 + 100 * Math.Cos(5 * u * v) + noise);
                rgba[at + 3] = 255;
            }
        }

        return new Picture(size, size, rgba);
    }
}
