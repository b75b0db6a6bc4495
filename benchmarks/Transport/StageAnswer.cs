namespace Aigc.Benchmarks.Transport;

/// <summary>What a stage made.</summary>
/// <param name="Made">Its bytes.</param>
/// <param name="BusyMs">Milliseconds in which it waited for the device, computed or encoded.</param>
internal sealed record StageAnswer(byte[] Made, double BusyMs);
