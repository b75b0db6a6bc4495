namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary>A host that has a place for a call.</summary>
/// <param name="Names">The names by which references say that it holds something.</param>
/// <param name="InFlight">Calls of this caller on it.</param>
/// <param name="SentSince">Calls of this caller that its figures may not have in them yet.</param>
/// <param name="Load">Its figures; null where they are too old or it tells none.</param>
internal readonly record struct HostCandidate(IReadOnlyList<string> Names, int InFlight, int SentSince, HostFigures? Load)
{
    /// <summary>Bytes that the call reads and the host holds.</summary>
    public long HeldOf(CallInputs call)
    {
        var held = 0L;
        foreach (var name in Names)
            held += call.Held.GetValueOrDefault(name);
        return held;
    }
}
