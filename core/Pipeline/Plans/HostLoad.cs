namespace Aigc.Pipeline.Plans;

/// <summary>How busy one host is.</summary>
/// <param name="Name">Its name and port, as artifacts carry it that it holds.</param>
/// <param name="QueuedSeconds">Compute waiting and under way on it, in seconds.</param>
public sealed record HostLoad(string Name, double QueuedSeconds);
