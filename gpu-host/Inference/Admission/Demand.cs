namespace Aigc.Inference.Admission;

/// <summary>What one picture asks of the device, as learned.</summary>
/// <param name="Seconds">Its share of the device's time, in full batches.</param>
/// <param name="AloneSeconds">What it takes from start to end on an idle device.</param>
/// <param name="Bytes">The memory it takes while it waits and runs.</param>
public readonly record struct Demand(double Seconds, double AloneSeconds, long Bytes);
