using Aigc.Inference.Imaging;

namespace Aigc.Inference.Tests.Imaging;

/// <summary>Pictures whose pixels are known.</summary>
internal static class Drawings
{
    /// <summary>A red disc and a blue square on light grey.</summary>
    public static Picture Shapes(int width = 128, int height = 128) => Draw(width, height, (x, y) =>
        Square(x - width * 0.35) + Square(y - height * 0.4) < Square(width * 0.2) ? (208, 48, 48, 255)
        : x > width * 0.6 && x < width * 0.85 && y > height * 0.55 && y < height * 0.8 ? (48, 80, 200, 255)
        : (232, 232, 224, 255));

    /// <summary>A colour for each pixel, and alpha that falls from left to right.</summary>
    public static Picture Glass(int width = 32, int height = 16) => Draw(width, height, (x, y) =>
        (x * 8, y * 16, x * y, 255 - x * 7));

    public static Picture Draw(int width, int height, Func<int, int, (int Red, int Green, int Blue, int Alpha)> colour)
    {
        var rgba = new byte[width * height * Picture.BytesPerPixel];
        for (var i = 0; i < width * height; i++)
        {
            var (red, green, blue, alpha) = colour(i % width, i / width);
            byte[] pixel = [(byte)red, (byte)green, (byte)blue, (byte)alpha];
            pixel.CopyTo(rgba, i * Picture.BytesPerPixel);
        }

        return new Picture(width, height, rgba);
    }

    private static double Square(double value) => value * value;
}
