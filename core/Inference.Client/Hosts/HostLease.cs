namespace Aigc.Inference.Client.Hosts;

/// <summary>A call's place on a host.</summary>
/// <param name="Host">Which host, from 0.</param>
/// <param name="Epoch">How often the host had been lost when the place was taken: many calls lose a host together, and it counts once.</param>
/// <param name="Told">How often the host had told its load by then: a call that ends before it tells more is in no figure.</param>
/// <param name="Probe">Whether the host was down and this call finds out if it still is.</param>
internal readonly record struct HostLease(int Host, int Epoch, int Told, bool Probe);
