using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary>What a policy may know of a call.</summary>
/// <param name="Held">Bytes that the call reads, by the host that still holds them in memory.</param>
/// <param name="Draw">A number drawn for this choice.</param>
internal readonly record struct CallInputs(IReadOnlyDictionary<string, long> Held, ulong Draw = 0)
{
    private static readonly Dictionary<string, long> _nothing = [];

    /// <summary>A call that reads nothing which a host is known to hold.</summary>
    public static CallInputs None { get; } = new(_nothing);

    public static CallInputs Of(IEnumerable<ArtifactRef?> artifacts)
    {
        Dictionary<string, long>? held = null;
        foreach (var artifact in artifacts)
        {
            if (artifact?.Host is not { } host)
                continue;
            held ??= [];
            held[host] = held.GetValueOrDefault(host) + artifact.Length;
        }

        return held is null ? None : new CallInputs(held);
    }
}
