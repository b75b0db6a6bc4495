using Aigc.Artifacts;

namespace Aigc.Inference.Client.Resilience;

/// <summary>One stage call over all its tries, of which a hedge may be one.</summary>
/// <param name="start">When it was made, as a timestamp.</param>
/// <param name="deadline">
/// When it is to be done, as hosts are told it. By the system's clock, since gRPC counts by no other.
/// </param>
/// <param name="mayHedge">Whether it may be made a second time on another host.</param>
internal sealed class StageRun(long start, DateTime deadline, bool mayHedge)
{
    private volatile string? _host;
    private int _firstHost = -1;

    public long Start => start;

    public DateTime Deadline => deadline;

    /// <summary>Whether its request can give way, so that it need not be waited for where there is no room.</summary>
    public bool GivesWay { get; init; }

    /// <summary>Makes it a second time, without the host that it is on.</summary>
    public Func<int, CancellationToken, Task<object>>? Again { get; init; }

    /// <summary>What its first tries ended on.</summary>
    public FaultException? FirstFault { get; set; }

    /// <summary>The host that is to be left out of a second call; null where there must be none.</summary>
    public int? HedgeWithout => mayHedge && FirstFault is null && Volatile.Read(ref _firstHost) is >= 0 and var host ? host : null;

    /// <summary>Where it is, for people.</summary>
    public string Where => _host is { } host ? $"host {host} had it last" : "no host had room for it";

    /// <summary>A host has been given it.</summary>
    /// <param name="host">Which.</param>
    /// <param name="name">Its name, for people.</param>
    /// <param name="hedge">Whether by its second call.</param>
    public void GivenTo(int host, string name, bool hedge)
    {
        if (hedge)
            return;
        _host = name;
        Volatile.Write(ref _firstHost, host);
    }
}
