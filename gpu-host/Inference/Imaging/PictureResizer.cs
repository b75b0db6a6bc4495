using System.Runtime.Intrinsics;

namespace Aigc.Inference.Imaging;

/// <summary>Changes a picture's size. The same picture gives the same bytes whatever machine it runs on.</summary>
public static class PictureResizer
{
    private const int Channels = Picture.BytesPerPixel;

    /// <summary>
    /// Shrinks or grows a picture until it just covers a size, and cuts off what stands out, alike on both sides. Each way is filtered
    /// with a cubic that widens as the picture shrinks (<see cref="ResampleKernel"/>), so that fine detail does not turn into patterns.
    /// </summary>
    /// <param name="picture">The picture; itself returned where it has that size already.</param>
    /// <param name="width">In pixels, from 1.</param>
    /// <param name="height">In pixels, from 1.</param>
    public static Picture Cover(Picture picture, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (picture.Width == width && picture.Height == height)
            return picture;

        // What is kept, in pixels of the picture, which need not be whole.
        var scale = Math.Max((double)width / picture.Width, (double)height / picture.Height);
        var columns = new ResampleKernel(picture.Width, width, width / scale);
        var rows = new ResampleKernel(picture.Height, height, height / scale);
        // Rows already resampled across, as many as the tallest mix takes: a row's place is its number modulo that.
        var ring = new Vector128<float>[checked(rows.MostTaps * width)];
        var line = new Vector128<float>[picture.Width];
        var next = rows.First;
        var rgba = new byte[checked(width * height * Channels)];
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = rows.Of(y);
            for (; next < first + weights.Length; next++)
                Narrow(picture, next, columns, line, ring.AsSpan(next % rows.MostTaps * width, width));
            for (var x = 0; x < width; x++)
            {
                var sum = Vector128<float>.Zero;
                for (var tap = 0; tap < weights.Length; tap++)
                    sum += ring[(first + tap) % rows.MostTaps * width + x] * weights[tap];
                Write(sum, rgba.AsSpan((y * width + x) * Channels, Channels));
            }
        }

        return new Picture(width, height, rgba);
    }

    // Colours times alpha, so that what is see-through lends no colour to its neighbours.
    private static void Narrow(
        Picture picture, int row, ResampleKernel columns, Vector128<float>[] line, Span<Vector128<float>> narrowed)
    {
        var source = picture.Rgba.Span.Slice(row * picture.Width * Channels, picture.Width * Channels);
        for (var x = columns.First; x < columns.End; x++)
            line[x] = Read(source.Slice(x * Channels, Channels));
        for (var x = 0; x < narrowed.Length; x++)
        {
            var (first, weights) = columns.Of(x);
            var sum = Vector128<float>.Zero;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += line[first + tap] * weights[tap];
            narrowed[x] = sum;
        }
    }

    private static Vector128<float> Read(ReadOnlySpan<byte> pixel)
    {
        var alpha = pixel[3] / 255f;
        return Vector128.Create(pixel[0] * alpha, pixel[1] * alpha, pixel[2] * alpha, pixel[3]);
    }

    private static void Write(Vector128<float> pixel, Span<byte> destination)
    {
        var alpha = pixel[3] / 255f;
        for (var channel = 0; channel < 3; channel++)
            destination[channel] = alpha > 0 ? Byte(pixel[channel] / alpha) : (byte)0;
        destination[3] = Byte(pixel[3]);
    }

    private static byte Byte(float value) => (byte)MathF.Round(Math.Clamp(value, 0, 255));
}
