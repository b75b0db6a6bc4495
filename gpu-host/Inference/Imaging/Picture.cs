using System.Runtime.InteropServices;

namespace Aigc.Inference.Imaging;

/// <summary>A picture of 8 bits a channel in memory.</summary>
public sealed class Picture
{
    /// <summary>The bytes of a pixel: red, green, blue, alpha.</summary>
    public const int BytesPerPixel = 4;

    /// <summary>Makes a picture of pixels that nobody changes afterwards.</summary>
    /// <param name="width">In pixels, from 1.</param>
    /// <param name="height">In pixels, from 1.</param>
    /// <param name="rgba">Row after row from the top, <see cref="BytesPerPixel"/> bytes a pixel, alpha not multiplied in.</param>
    public Picture(int width, int height, ReadOnlyMemory<byte> rgba)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgba.Length, checked(width * height * BytesPerPixel));
        Width = width;
        Height = height;
        Rgba = rgba;
    }

    /// <summary>In pixels.</summary>
    public int Width { get; }

    /// <summary>In pixels.</summary>
    public int Height { get; }

    /// <summary>Row after row from the top; four bytes a pixel: red, green, blue, alpha.</summary>
    public ReadOnlyMemory<byte> Rgba { get; }

    /// <summary>Whether no pixel lets anything through. Looks at each.</summary>
    public bool IsOpaque
    {
        get
        {
            var opaque = BitConverter.IsLittleEndian ? 0xFF000000 : 0x000000FF;
            foreach (var pixel in MemoryMarshal.Cast<byte, uint>(Rgba.Span))
            {
                if ((pixel & opaque) != opaque)
                    return false;
            }

            return true;
        }
    }
}
