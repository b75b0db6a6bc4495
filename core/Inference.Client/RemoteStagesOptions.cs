namespace Aigc.Inference.Client;

/// <summary>Where <see cref="RemoteStages"/> sends calls, and how long it goes on where hosts do not answer.</summary>
public sealed record RemoteStagesOptions
{
    /// <summary>The hosts, as <see cref="Hosts.HostAddress"/> reads them; at least one. All share one store.</summary>
    public required IReadOnlyList<Uri> Hosts { get; init; }

    /// <summary>The model, by the name that the hosts know it by.</summary>
    /// <value>Null means the default model of the host that answers first.</value>
    public string? Model { get; init; }

    /// <summary>Calls that one host is given at a time; more wait here, in no host's queue.</summary>
    /// <value>The default is 32: enough to fill the largest batch that a host makes. At least 1.</value>
    public int CallsPerHost { get; init; } = 32;

    /// <summary>
    /// How many times in a row hosts may lose a call that they had taken, before it fails: a call that kills whichever host
    /// it comes to must not kill them for ever. A finished picture or a checkpoint starts the count again.
    /// </summary>
    /// <value>The default is 5. At least 1.</value>
    public int MaxLosses { get; init; } = 5;

    /// <summary>How long a call waits for any host to answer before one ever did: short, since the addresses may be wrong.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call waits for a host to come back where all are down: as long as one takes to start and load a model.</summary>
    /// <value>The default is 2 minutes.</value>
    public TimeSpan OutageLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a call waits for room where every host refuses it as full.</summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan RefusalLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The wait after a refusal that does not say how long to wait.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan RefusalWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When a lost host is tried again; twice as long after each further try.</summary>
    /// <value>The default is 250 milliseconds.</value>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What that doubling ends at.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a cancelled call tries to tell its host so.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan CancelLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection may take to open, and a host to describe itself beside the first.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection with calls on it may be silent before it is pinged.</summary>
    /// <value>The default is 30 seconds: under the idle limits of common load balancers.</value>
    public TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a ping may take before the connection counts as lost.</summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a host may take to say how it is, before it counts as down in that look.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan LookLimit { get; init; } = TimeSpan.FromSeconds(1);

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Hosts.Count == 0)
            faults.Add("no host is given: name at least one, as in http://127.0.0.1:5001");
        if (CallsPerHost < 1)
            faults.Add($"calls per host {CallsPerHost} is below 1");
        if (MaxLosses < 1)
            faults.Add($"losses {MaxLosses} is below 1");
        foreach (var (name, limit) in new[]
        {
            ("start limit", StartLimit), ("outage limit", OutageLimit), ("refusal limit", RefusalLimit), ("refusal wait", RefusalWait),
            ("first back-off", FirstBackOff), ("longest back-off", LongestBackOff), ("cancel limit", CancelLimit),
            ("connect timeout", ConnectTimeout), ("keep-alive delay", KeepAliveDelay), ("keep-alive timeout", KeepAliveTimeout),
            ("look limit", LookLimit),
        })
        {
            if (limit <= TimeSpan.Zero)
                faults.Add($"{name} {limit} is not above 0");
        }

        return faults;
    }
}
