using System.Buffers;

namespace Aigc.Artifacts;

/// <summary>
/// What an artifact may be called: 1 to 200 characters in segments parted by '/', each of <c>[a-z0-9][a-z0-9._-]*</c>
/// and none ending in '.' or ".ref". Every store checks this at every door, so no name reaches outside a store.
/// </summary>
public static class ArtifactName
{
    /// <summary>The longest legal name, in characters.</summary>
    public const int MaxLength = 200;

    /// <summary>A file store keeps an artifact's reference beside it under this suffix.</summary>
    internal const string ReservedSuffix = ".ref";

    private static readonly SearchValues<char> Inner = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether <paramref name="name"/> is legal.</summary>
    /// <param name="name">The name to look at.</param>
    public static bool IsLegal(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxLength)
            return false;
        foreach (var segment in name.Split('/'))
            if (!IsLegalSegment(name[segment]))
                return false;
        return true;
    }

    /// <summary>Refuses a name that is not legal.</summary>
    /// <param name="name">The name to look at.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: the name is not legal.</exception>
    public static void Check(string name)
    {
        if (Fault(name) is { } fault)
            throw new FaultException(FaultKind.BadRequest, fault);
    }

    internal static string? Fault(string? name) => IsLegal(name)
        ? null
        : $"artifact name {Quoted.Text(name)} is not legal: use 1 to {MaxLength} characters in segments parted by '/', "
            + "each of a-z, 0-9, '.', '_' and '-', starting with a letter or digit and not ending in '.' or '.ref'";

    /// <summary>Refuses a prefix that no legal name can start with.</summary>
    internal static void CheckPrefix(string prefix)
    {
        // One more letter makes a legal name of every prefix of one, whether it ends inside a segment or after a '/'.
        if (!IsLegal(prefix + "x"))
            throw new FaultException(
                FaultKind.BadRequest, $"no artifact name can start with {Quoted.Text(prefix)}: give the start of a legal name, or nothing");
    }

    // Windows drops a trailing '.', which would give one file two names.
    private static bool IsLegalSegment(ReadOnlySpan<char> segment) =>
        segment.Length > 0
        && (char.IsAsciiLetterLower(segment[0]) || char.IsAsciiDigit(segment[0]))
        && !segment.ContainsAnyExcept(Inner)
        && segment[^1] != '.'
        && !segment.EndsWith(ReservedSuffix, StringComparison.Ordinal);
}
