namespace Aigc.Benchmarks.Transport;

/// <summary>What one way came to.</summary>
/// <param name="Transport">The way.</param>
/// <param name="Size">Width and height of the finished pictures, in pixels.</param>
/// <param name="Calls">Pictures made.</param>
/// <param name="MedianMs">Overhead of a picture, in milliseconds: the middle one.</param>
/// <param name="P99Ms">Likewise: what 99 of 100 stay under.</param>
/// <param name="StoreMs">Of the overhead, storing: the middle one.</param>
/// <param name="WireBytes">Bytes a picture between caller and services, both ways.</param>
/// <param name="ProcessorMs">Processor time a picture, of caller and services together, compute and encoding included.</param>
internal sealed record TransportFigures(
    string Transport, int Size, int Calls, double MedianMs, double P99Ms, double StoreMs, double WireBytes, double ProcessorMs)
{
    /// <summary>The overhead that is not storing.</summary>
    public double HopsMs => MedianMs - StoreMs;
}
