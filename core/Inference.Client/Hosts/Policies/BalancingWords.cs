using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary>Policies by the words that settings and metrics have for them.</summary>
public static class BalancingWords
{
    private static readonly (Balancing Policy, string Word)[] _words =
    [
        (Balancing.RoundRobin, "round_robin"), (Balancing.Weighted, "weighted"), (Balancing.LeastLoaded, "least_loaded"),
        (Balancing.Locality, "locality"),
    ];

    /// <summary>Reads a word.</summary>
    /// <param name="word">As in <c>least_loaded</c>.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is no policy; those there are are named.</exception>
    public static Balancing Parse(string word)
    {
        foreach (var (policy, known) in _words)
        {
            if (string.Equals(word, known, StringComparison.OrdinalIgnoreCase))
                return policy;
        }

        throw new FaultException(
            FaultKind.BadRequest, $"balancing '{word}' is unknown; known: {string.Join(", ", _words.Select(w => w.Word))}");
    }

    /// <exception cref="ArgumentOutOfRangeException">It is no policy.</exception>
    internal static string WordOf(Balancing policy)
    {
        foreach (var (known, word) in _words)
        {
            if (policy == known)
                return word;
        }

        throw new ArgumentOutOfRangeException(nameof(policy), policy, "unknown policy");
    }
}
