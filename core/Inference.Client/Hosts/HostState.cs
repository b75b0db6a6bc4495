namespace Aigc.Inference.Client.Hosts;

/// <summary>What the caller knows of one host.</summary>
internal sealed class HostState(string name)
{
    public string Name { get; } = name;

    /// <summary>Calls of this caller on it.</summary>
    public int InFlight { get; set; }

    /// <summary>How often it has been lost.</summary>
    public int Epoch { get; set; }

    /// <summary>Tries in a row that found it down.</summary>
    public int Failures { get; set; }

    /// <summary>When it may be tried again; null while it is up.</summary>
    public TimeSpan? RetryAt { get; set; }

    /// <summary>Whether a call is finding out if it is still down.</summary>
    public bool Probing { get; set; }

    /// <summary>Why it was last lost.</summary>
    public string Why { get; set; } = "not tried";

    public bool Down => RetryAt is not null;
}
