using System.Numerics;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>How many rows a step runs where each number of them costs a recording of its own.</summary>
internal static class RowPadding
{
    /// <summary>The next power of two, and at most the capacity.</summary>
    public static int Padded(int rows, int capacity) => Math.Min((int)BitOperations.RoundUpToPowerOf2((uint)rows), capacity);
}
