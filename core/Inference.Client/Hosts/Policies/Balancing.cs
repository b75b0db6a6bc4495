namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary>How a call's host is chosen from those that have a place for it.</summary>
public enum Balancing
{
    /// <summary>The host with the fewest calls of this caller; of those, whose turn it is.</summary>
    RoundRobin,

    /// <summary>The host with the fewest calls of this caller for what it can do, as its measured step times tell.</summary>
    Weighted,

    /// <summary>The less loaded of two drawn at random, by what hosts say of their queues; round robin while one says nothing.</summary>
    LeastLoaded,

    /// <summary>
    /// The host that holds what the call reads in memory, unless its queue costs more than the bytes' way to another; where none does, as
    /// <see cref="LeastLoaded"/>.
    /// </summary>
    Locality,
}
