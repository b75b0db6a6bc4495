namespace Aigc.Inference.Client.Hosts;

/// <summary>What a call that asks for a place is told.</summary>
/// <param name="Lease">Its place; null where there is none now.</param>
/// <param name="Host">The host of that place.</param>
/// <param name="Wait">After how long there may be one; null where only another call can make one.</param>
/// <param name="Down">Whether all hosts are down.</param>
/// <param name="Changed">Completes when it is worth asking again before that.</param>
internal readonly record struct HostLook(HostLease? Lease, HostEntry? Host, TimeSpan? Wait, bool Down, Task Changed);
