namespace Aigc.Inference.Client.Hosts;

/// <summary>Which hosts there are, and which of them leave. The lock is the pool's.</summary>
/// <param name="board">Told of each that comes, leaves, returns and is forgotten.</param>
/// <param name="open">Opens one, by its number.</param>
internal sealed class HostRoster(HostBoard board, Func<int, Uri, HostEntry> open)
{
    private readonly List<HostEntry> _hosts = [];

    // Hosts that leave, each with the count of leavings at which it did: it may return and leave again.
    private readonly Dictionary<int, int> _leaving = [];
    private int _leavings;

    /// <summary>All, those that leave among them.</summary>
    public IReadOnlyList<HostEntry> All => _hosts;

    /// <summary>Those that calls are given to, in the order in which they came.</summary>
    public IReadOnlyList<HostEntry> Listed => [.. _hosts.Where(host => !_leaving.ContainsKey(host.Id))];

    public HostEntry? Find(int id) => _hosts.Find(host => host.Id == id);

    /// <summary>Makes these the hosts.</summary>
    /// <returns>Those that leave from now on, each with its leaving and whether calls are on it.</returns>
    public List<(HostEntry Host, int Leaving, bool Busy)> Apply(IReadOnlyList<Uri> addresses)
    {
        var listed = addresses.ToHashSet();
        var known = _hosts.Select(host => host.Address).ToHashSet();
        foreach (var address in addresses)
        {
            if (known.Add(address))
                _hosts.Add(open(board.Add(HostAddress.NameOf(address), HostAddress.HolderOf(address)), address));
        }

        var leaving = new List<(HostEntry, int, bool)>();
        foreach (var host in _hosts)
        {
            if (listed.Contains(host.Address))
            {
                _leaving.Remove(host.Id);
                board.Leave(host.Id, leaving: false);
            }
            else if (_leaving.TryAdd(host.Id, ++_leavings))
            {
                leaving.Add((host, _leavings, board.Leave(host.Id, leaving: true) > 0));
            }
        }

        return leaving;
    }

    /// <summary>Whether a host still leaves as it began to.</summary>
    public bool IsLeaving(HostEntry host, int leaving) => _leaving.GetValueOrDefault(host.Id) == leaving;

    public void Forget(HostEntry host)
    {
        board.Remove(host.Id);
        _hosts.Remove(host);
        _leaving.Remove(host.Id);
    }

    /// <summary>Ends: whatever else comes is of no host.</summary>
    /// <returns>All that were.</returns>
    public HostEntry[] Clear()
    {
        HostEntry[] hosts = [.. _hosts];
        _hosts.Clear();
        _leaving.Clear();
        return hosts;
    }
}
