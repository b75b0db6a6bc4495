using System.Numerics;

namespace Aigc.Inference.Imaging;

/// <summary>Between pictures and the tensors of image models: planes of floats, red, green, blue, each row after row.</summary>
public static class PictureConverter
{
    private const int Planes = 3;

    /// <summary>Makes an opaque picture of a tensor.</summary>
    /// <param name="chw">[3, height, width].</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="low">What becomes 0, as does anything below, and NaN.</param>
    /// <param name="high">What becomes 255, as does anything above. Between the two, halves go to the even number.</param>
    public static Picture FromPlanarFloat(ReadOnlySpan<float> chw, int width, int height, float low = -1, float high = 1)
    {
        var count = checked(width * height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(chw.Length, Planes * count);
        var rgba = new byte[count * Picture.BytesPerPixel];
        rgba.AsSpan().Fill(byte.MaxValue);
        for (var plane = 0; plane < Planes; plane++)
            WriteChannel(chw.Slice(plane * count, count), rgba.AsSpan(plane), low, 255 / (high - low));
        return new Picture(width, height, rgba);
    }

    /// <summary>Writes a picture into a tensor; its alpha is left out.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="destination">[3, height, width].</param>
    /// <param name="low">What 0 becomes.</param>
    /// <param name="high">What 255 becomes.</param>
    public static void ToPlanarFloat(Picture picture, Span<float> destination, float low = -1, float high = 1)
    {
        var count = picture.Width * picture.Height;
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Planes * count);
        Span<float> values = stackalloc float[256];
        for (var value = 0; value < values.Length; value++) values[value] = low + value / 255f * (high - low);
        var rgba = picture.Rgba.Span;
        for (var plane = 0; plane < Planes; plane++)
        {
            var channel = destination.Slice(plane * count, count);
            for (var i = 0; i < channel.Length; i++) channel[i] = values[rgba[i * Picture.BytesPerPixel + plane]];
        }
    }

    // Every fourth byte of the destination. A value is worked out alike in a vector and in the remainder.
    private static void WriteChannel(ReadOnlySpan<float> values, Span<byte> destination, float low, float scale)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = (new Vector<float>(values[i..]) - new Vector<float>(low)) * scale;
            value = Vector.ConditionalSelect(Vector.Equals(value, value), value, Vector<float>.Zero);
            var rounded = Vector.ConvertToInt32(Vector.Round(Vector.Min(Vector.Max(value, Vector<float>.Zero), new Vector<float>(255))));
            for (var lane = 0; lane < Vector<int>.Count; lane++) destination[(i + lane) * Picture.BytesPerPixel] = (byte)rounded[lane];
        }

        for (; i < values.Length; i++)
        {
            var value = (values[i] - low) * scale;
            destination[i * Picture.BytesPerPixel] = float.IsNaN(value) ? (byte)0 : (byte)MathF.Round(Math.Clamp(value, 0, 255));
        }
    }
}
