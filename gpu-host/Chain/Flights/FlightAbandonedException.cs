namespace Aigc.Inference.Chain.Flights;

/// <summary>The call that was to begin a flight was refused or went away first: others that want it begin it themselves.</summary>
internal sealed class FlightAbandonedException() : Exception("The flight was never begun.");
