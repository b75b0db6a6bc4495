using System.Buffers.Binary;

namespace Aigc.Benchmarks.Transport;

/// <summary>What every way is asked for.</summary>
internal static class Samples
{
    private const int WidthAt = 16;
    private const int HeightAt = 20;

    /// <summary>A prompt of its own for each, so that none is embedded already.</summary>
    public static string Prompt(long seed) => $"a lighthouse on a cliff at dusk, oil on canvas, {seed}";

    /// <summary>What a picture of some size is enhanced from.</summary>
    public static int Base(int size) => size / SpinFolder.EnhanceFactor;

    /// <summary>Refuses what is no PNG file of the size asked for.</summary>
    public static void Check(ReadOnlySpan<byte> png, int size)
    {
        if (png.Length < HeightAt + 4
            || BinaryPrimitives.ReadInt32BigEndian(png[WidthAt..]) != size
            || BinaryPrimitives.ReadInt32BigEndian(png[HeightAt..]) != size)
            throw new InvalidOperationException($"the chain gave no PNG file of {size} pixels");
    }
}
