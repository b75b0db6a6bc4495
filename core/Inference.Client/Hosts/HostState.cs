namespace Aigc.Inference.Client.Hosts;

/// <summary>What the caller knows of one host.</summary>
internal sealed class HostState(int id, string name, string? holder)
{
    private readonly List<string> _names = holder is null ? [] : [holder];

    public int Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>What references to artifacts call it: by its address, and by the names that it gives itself.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Calls of this caller on it.</summary>
    public int InFlight { get; set; }

    /// <summary>Calls of this caller since it last told its load that have not ended.</summary>
    public int SentSince { get; set; }

    /// <summary>How often it has been lost.</summary>
    public int Epoch { get; set; }

    /// <summary>Tries in a row that found it down.</summary>
    public int Failures { get; set; }

    /// <summary>When it may be tried again; null while it is up.</summary>
    public TimeSpan? RetryAt { get; set; }

    /// <summary>Whether its circuit is open, or half open while a call finds out: it takes calls, and fails them.</summary>
    public bool Broken { get; set; }

    /// <summary>Whether a call is finding out if it is still down.</summary>
    public bool Probing { get; set; }

    /// <summary>Why it was last lost.</summary>
    public string Why { get; set; } = "not tried";

    /// <summary>What it said last of its load.</summary>
    public HostFigures? Figures { get; set; }

    /// <summary>How often it said so.</summary>
    public int Told { get; set; }

    /// <summary>When it last said so.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>Whether it was asked for its load and does not answer.</summary>
    public bool Silent { get; set; }

    /// <summary>Whether it is no longer among the hosts: it finishes what it has and gets no more.</summary>
    public bool Leaving { get; set; }

    public bool Down => RetryAt is not null;

    /// <summary>Whether it says itself that calls are better made elsewhere.</summary>
    public bool Unfit => Silent || Figures is { Draining: true };

    /// <summary>Notes a name that it gives itself; the last few: a container has another after each start.</summary>
    public void Named(string own)
    {
        const int most = 4;
        if (_names.Contains(own))
            return;
        if (_names.Count == most)
            _names.RemoveAt(holder is null ? 0 : 1);
        _names.Add(own);
    }
}
