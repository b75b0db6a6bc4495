namespace Aigc.Inference.Client.Hosts;

/// <summary>The calls that wait for a place, the first made in front. The lock is the pool's.</summary>
internal sealed class HostLine(HostBoard board)
{
    // By their turn, each with when it may try which host.
    private readonly SortedDictionary<long, IReadOnlyDictionary<int, TimeSpan>> _calls = [];

    public bool IsEmpty => _calls.Count == 0;

    /// <param name="turn">The call's.</param>
    /// <param name="notBefore">By host, when it may try it again; not to be changed while it waits.</param>
    public void Join(long turn, IReadOnlyDictionary<int, TimeSpan> notBefore) => _calls[turn] = notBefore;

    /// <returns>Whether it was there.</returns>
    public bool Leave(long turn) => _calls.Remove(turn);

    /// <summary>Whether a place that is free now is that of a call made before this one.</summary>
    public bool IsEarlierCalls(long turn, TimeSpan now)
    {
        foreach (var (other, notBefore) in _calls)
        {
            if (other >= turn)
                return false;
            if (board.HasFree(now, notBefore))
                return true;
        }

        return false;
    }
}
