namespace Aigc.Api.Access;

/// <summary>Who may ask, and how much.</summary>
public sealed record AccessOptions
{
    /// <summary>The keys, one of which every request must present.</summary>
    /// <value>The default is none: then only this machine may ask, under a name of its own, and no page of another origin.</value>
    public IReadOnlyList<ApiKey> Keys { get; init; } = [];

    /// <summary>Whether a request of this machine needs no key as long as there are none.</summary>
    /// <value>The default is true. False where requests come through another machine, whose word on their origin proves nothing.</value>
    public bool LocalNeedsNoKey { get; init; } = true;

    /// <summary>Requests a minute of one key, which may come all at once.</summary>
    /// <value>The default is 600.</value>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Requests of one key at a time, streams of events among them.</summary>
    /// <value>The default is 32.</value>
    public int Concurrency { get; init; } = 32;
}
