using Aigc.Artifacts;
using Grpc.Net.Client;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Hosts;

/// <summary>The hosts, one shared channel each, and whose turn it is. Safe for many calls at once.</summary>
internal sealed class HostPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RemoteStagesOptions _options;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly HostBoard _board;
    private readonly string[] _names;
    private readonly GrpcChannel[] _channels;
    private readonly InferenceClient[] _clients;

    // The calls that wait, by their turn, each with when it may try which host.
    private readonly SortedDictionary<long, IReadOnlyDictionary<int, TimeSpan>> _line = [];
    private long _turns;
    private TaskCompletionSource _changed = NewSignal();

    public HostPool(RemoteStagesOptions options, TimeProvider time)
    {
        (_options, _time, _start) = (options, time, time.GetTimestamp());
        _names = [.. options.Hosts.Select(HostAddress.NameOf)];
        _board = new HostBoard(_names, options);
        _channels = [.. options.Hosts.Select(address => HostChannel.Open(address, options))];
        _clients = [.. _channels.Select(channel => new InferenceClient(channel))];
    }

    public int Count => _names.Length;

    /// <summary>Time on a steady clock, from this pool's start.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>How long a call waits while all hosts are down.</summary>
    public TimeSpan OutageLimit
    {
        get
        {
            lock (_gate)
                return _board.EverAnswered ? _options.OutageLimit : _options.StartLimit;
        }
    }

    public string NameOf(int host) => _names[host];

    public InferenceClient ClientOf(int host) => _clients[host];

    /// <summary>A call's turn: of calls that wait, the first made goes first.</summary>
    public long NextTurn() => Interlocked.Increment(ref _turns);

    /// <summary>A place for a call, or its place in the line, which it leaves by <see cref="GiveUp"/> where it asks no more.</summary>
    /// <param name="turn">Its turn.</param>
    /// <param name="notBefore">By host, when it may try it again; not to be changed while it waits.</param>
    public HostLook TryTake(long turn, IReadOnlyDictionary<int, TimeSpan> notBefore)
    {
        lock (_gate)
        {
            var now = Now;
            var free = _board.HasFree(now, notBefore);
            if (!free || IsEarlierCalls(turn, now))
            {
                _line[turn] = notBefore;
                return new HostLook(null, free ? null : _board.NextFree(notBefore) - now, _board.AllDown, _changed.Task);
            }

            _line.Remove(turn);
            // Whoever let this call go first asks again: there may be another place.
            if (_line.Count > 0)
                Signal();
            return new HostLook(_board.TryTake(now, notBefore), null, false, _changed.Task);
        }
    }

    /// <summary>Leaves the line, where the call is in it.</summary>
    public void GiveUp(long turn)
    {
        lock (_gate)
        {
            if (_line.Remove(turn))
                Signal();
        }
    }

    public void Release(HostLease lease) => Change(() => _board.Release(lease));

    public void Answered(HostLease lease) => Change(() => _board.Answered(lease));

    public void Lost(HostLease lease, string why, bool spoke, TimeSpan? retryAfter) =>
        Change(() => _board.Lost(lease, Now, why, spoke, retryAfter));

    /// <summary>The fault of a call that found all hosts down for too long.</summary>
    public FaultException Outage()
    {
        lock (_gate)
        {
            var message = $"no host takes the call: {_board.Summary}: start one, or give other addresses";
            return new FaultException(FaultKind.Unavailable, message, retryAfter: _options.LongestBackOff);
        }
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
            channel.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsEarlierCalls(long turn, TimeSpan now)
    {
        foreach (var (other, notBefore) in _line)
        {
            if (other >= turn)
                return false;
            if (_board.HasFree(now, notBefore))
                return true;
        }

        return false;
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            Signal();
        }
    }

    // Within the lock: those that wait go on elsewhere.
    private void Signal()
    {
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }
}
