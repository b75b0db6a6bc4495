using Aigc.Contracts.Inference.V1;

namespace Aigc.Inference.Client.Hosts;

/// <summary>What a host last said of its load, or why it says nothing.</summary>
/// <param name="Load">Its load; null where it does not answer.</param>
/// <param name="Why">For people; null where it answers.</param>
internal sealed record HostWord(WatchLoadResponse? Load, string? Why);
