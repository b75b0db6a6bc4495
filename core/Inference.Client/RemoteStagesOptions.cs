using Aigc.Inference.Client.Compression;
using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Inference.Client.Resilience;

namespace Aigc.Inference.Client;

/// <summary>Where <see cref="RemoteStages"/> sends calls, and how long it goes on where hosts do not answer.</summary>
public sealed record RemoteStagesOptions
{
    // A timer takes none that is twice as long.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(24);

    /// <summary>The hosts, as <see cref="HostAddress"/> reads them; at least one. All share one store.</summary>
    /// <value>The default is none: then <see cref="Source"/> says where they are.</value>
    public IReadOnlyList<Uri> Hosts { get; init; } = [];

    /// <summary>Where the hosts are learned, in place of <see cref="Hosts"/>: they may then come and go.</summary>
    /// <value>The default is null: the hosts are those named.</value>
    public HostSource? Source { get; init; }

    /// <summary>How often such a source is asked again.</summary>
    /// <value>The default is 5 seconds. A host that has gone meanwhile costs a call one failed try.</value>
    public TimeSpan HostRefresh { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How a call's host is chosen.</summary>
    /// <value>The default is the less loaded of two, by the hosts' own figures; round robin while hosts tell none.</value>
    public Balancing Balancing { get; init; } = Balancing.LeastLoaded;

    /// <summary>How messages of a kilobyte and more are compressed.</summary>
    /// <value>The default is <see cref="MessageCompression.None"/>: what to expect of the others is said there.</value>
    public MessageCompression Compression { get; init; } = MessageCompression.None;

    /// <summary>
    /// Whether hosts' loads are heard from the start, by one stream each, which also opens their connections before the first call and
    /// keeps them open. If not, that begins with the first look at the hosts.
    /// </summary>
    /// <value>The default is true.</value>
    public bool Watch { get; init; } = true;

    /// <summary>How old a host's figures may be before nothing is made of them; one that is silent for so long is passed over.</summary>
    /// <value>The default is 3 seconds. After half of it without news, the host is asked anew.</value>
    public TimeSpan LoadLife { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long calls under way may go on once their host is no longer listed, or this client ends. Then they break off.</summary>
    /// <value>The default is 30 seconds. Calls whose host left go on elsewhere from their last checkpoints.</value>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a host takes, beside the bytes' way, to read from the store what another still has in memory.</summary>
    /// <value>The default is 20 milliseconds: a blob in its own region. Only <see cref="Balancing.Locality"/> reads it.</value>
    public TimeSpan FetchLatency { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How many bytes a second it reads then.</summary>
    /// <value>The default is 50 million. Only <see cref="Balancing.Locality"/> reads it.</value>
    public double FetchBytesPerSecond { get; init; } = 50e6;

    /// <summary>Told, in a sentence, when <see cref="Source"/> cannot be read, and when it can again. Any thread; must not throw.</summary>
    /// <value>The default is null: calls that find no host say why.</value>
    public Action<string>? Report { get; init; }

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

    /// <summary>How long a call waits for a host to come back where all are down: what one takes to start and load a model.</summary>
    /// <value>The default is 2 minutes.</value>
    public TimeSpan OutageLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a call waits for room where every host refuses it as full.</summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan RefusalLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The same where the call's request says what may give way: it then asks for less rather than wait.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan GiveWayLimit { get; init; } = TimeSpan.FromSeconds(2);

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

    /// <summary>Deadlines, hedging, circuits and bounds of stage calls.</summary>
    /// <value>The default is that of each.</value>
    public ResilienceOptions Resilience { get; init; } = new();

    /// <summary>Of the numbers that policies and jitter draw by; null draws one, so that callers differ.</summary>
    internal ulong? Seed { get; init; }

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Hosts.Count == 0 && Source is null)
            faults.Add("no host is given: name at least one, as in http://127.0.0.1:5001");
        if (Hosts.Count > 0 && Source is not null)
            faults.Add($"hosts are named, and {Source} beside them: give one of the two");
        if (Source is StaticHosts { Addresses.Count: 0 })
            faults.Add("no host is given: name at least one, as in http://127.0.0.1:5001");
        faults.AddRange(Hosts.Select(host => host.OriginalString).Where(host => HostAddress.Parse(host) is null).Select(HostAddress.Fault));
        if (!Enum.IsDefined(Balancing))
            faults.Add($"balancing {Balancing} is unknown");
        if (!Enum.IsDefined(Compression))
            faults.Add($"compression {Compression} is unknown");
        if (!(FetchBytesPerSecond > 0 && double.IsFinite(FetchBytesPerSecond)))
            faults.Add($"fetched bytes per second {FetchBytesPerSecond} is not above 0");
        if (CallsPerHost < 1)
            faults.Add($"calls per host {CallsPerHost} is below 1");
        if (MaxLosses < 1)
            faults.Add($"losses {MaxLosses} is below 1");
        foreach (var (name, limit) in new[]
        {
            ("start limit", StartLimit), ("outage limit", OutageLimit), ("refusal limit", RefusalLimit), ("refusal wait", RefusalWait),
            ("give-way limit", GiveWayLimit),
            ("first back-off", FirstBackOff), ("longest back-off", LongestBackOff), ("cancel limit", CancelLimit),
            ("connect timeout", ConnectTimeout), ("keep-alive delay", KeepAliveDelay), ("keep-alive timeout", KeepAliveTimeout),
            ("look limit", LookLimit), ("host refresh", HostRefresh), ("load life", LoadLife), ("drain limit", DrainLimit),
            ("fetch latency", FetchLatency),
        })
        {
            if (limit <= TimeSpan.Zero)
                faults.Add($"{name} {limit} is not above 0");
            else if (limit > _longest)
                faults.Add($"{name} {limit} is above {_longest}");
        }

        faults.AddRange(Resilience.Faults());
        return faults;
    }
}
