namespace Aigc.Benchmarks.Transport;

/// <summary>What one picture took beside compute, waiting for the device, and picture files being encoded and decoded.</summary>
/// <param name="OverheadMs">In milliseconds, storing included.</param>
/// <param name="StoreMs">Of it, hashing, writing and reading artifacts.</param>
internal sealed record TransportCall(double OverheadMs, double StoreMs);
