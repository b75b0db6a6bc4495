using System.Security.Cryptography;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Resilience;
using Aigc.Inference.Client.Telemetry;

namespace Aigc.Inference.Client.Hosts;

/// <summary>The hosts, one shared channel each, and whose turn it is. Safe for many calls at once, while hosts come and go.</summary>
/// <remarks>
/// Not a LoadBalancer within one channel of Grpc.Net.Client, whose API is public and would do for choosing alone. There a call counts as
/// ended when its answer begins, so that a stream that runs for minutes counts for nothing; a picker does not know which hosts the call has
/// tried; calls without a place wait in no order; and a host that is back is left alone for up to two minutes of a clock of its own. Here a
/// call has a lease that counts until it ends, waits in line by its turn, hears why each host failed, and leaves out those that refused it.
/// </remarks>
internal sealed class HostPool : IDisposable, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly RemoteStagesOptions _options;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly HostBoard _board;
    private readonly HostRoster _hosts;
    private readonly HostLine _line;
    private readonly CancellationTokenSource _end = new();
    private long _turns;
    private TaskCompletionSource _changed = NewSignal();
    private string? _fault;
    private bool _watching;
    private bool _ending;

    public HostPool(RemoteStagesOptions options, TimeProvider time)
    {
        (_options, _time, _start) = (options, time, time.GetTimestamp());
        Draws = new Draws(options.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        _board = new HostBoard(options, HostPolicies.Of(options), Draws);
        (_hosts, _line) = (new HostRoster(_board, Open), new HostLine(_board));
        Policy = BalancingWords.WordOf(options.Balancing);
        Apply(options.Source is null ? options.Hosts : []);
    }

    /// <summary>The policy's word.</summary>
    public string Policy { get; }

    /// <summary>What chance is drawn from.</summary>
    public Draws Draws { get; }

    /// <summary>The hosts that calls are given to, in the order in which they came.</summary>
    public IReadOnlyList<HostEntry> Hosts
    {
        get
        {
            lock (_gate)
                return _hosts.Listed;
        }
    }

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

    /// <summary>A call's turn: of calls that wait, the first made goes first.</summary>
    public long NextTurn() => Interlocked.Increment(ref _turns);

    /// <summary>Makes these the hosts. One that is not among them gets no more calls, and is let go once those it has are done.</summary>
    public void Apply(IReadOnlyList<Uri> addresses)
    {
        List<(HostEntry Host, int Leaving, bool Busy)> leaving;
        lock (_gate)
        {
            if (_ending)
                return;
            _fault = null;
            leaving = _hosts.Apply(addresses);
            foreach (var (host, _, busy) in leaving)
            {
                if (!busy)
                    _hosts.Forget(host);
            }

            Signal();
        }

        foreach (var (host, count, busy) in leaving)
        {
            if (busy)
                _ = CloseInTimeAsync(host, count);
            else
                host.Dispose();
        }
    }

    /// <summary>Opens a stream of its load to every host, and to those that come.</summary>
    public void Watch()
    {
        lock (_gate)
        {
            _watching = !_ending;
            foreach (var host in _hosts.All)
                host.Watch.Start();
        }
    }

    /// <summary>Which hosts there are could not be learned.</summary>
    public void NotListed(string fault) => Change(() => _fault = fault);

    /// <summary>Whether a host left for good: calls on it broke off, and are no loss of its own.</summary>
    public bool HasLeft(HostLease lease)
    {
        lock (_gate)
            return !_ending && _hosts.Find(lease.Host) is null;
    }

    /// <summary>A place for a call, or its place in the line, which it leaves by <see cref="GiveUp"/> where it asks no more.</summary>
    /// <param name="turn">Its turn.</param>
    /// <param name="notBefore">By host, when it may try it again; not to be changed while it waits.</param>
    /// <param name="call">What is known of it.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the pool is about to end.</exception>
    public HostLook TryTake(long turn, IReadOnlyDictionary<int, TimeSpan> notBefore, CallInputs call)
    {
        lock (_gate)
        {
            if (_ending)
                throw new FaultException(FaultKind.Unavailable, "this process is about to end and sends hosts no more calls");
            var now = Now;
            var free = _board.HasFree(now, notBefore);
            if (!free || _line.IsEarlierCalls(turn, now))
            {
                _line.Join(turn, notBefore);
                return new HostLook(null, null, free ? null : _board.NextFree(notBefore) - now, _board.AllDown, _changed.Task);
            }

            _line.Leave(turn);
            // Whoever let this call go first asks again: there may be another place.
            if (!_line.IsEmpty)
                Signal();
            var lease = _board.TryTake(now, notBefore, call);
            if (lease is { } taken && _board.Holds(taken.Host, call) is { } holds)
                ClientTelemetry.Located(Policy, holds);
            return new HostLook(lease, lease is { } host ? _hosts.Find(host.Host) : null, null, false, _changed.Task);
        }
    }

    /// <summary>Leaves the line, where the call is in it.</summary>
    public void GiveUp(long turn)
    {
        lock (_gate)
        {
            if (_line.Leave(turn))
                Signal();
        }
    }

    public void Release(HostLease lease)
    {
        HostEntry? idle = null;
        lock (_gate)
        {
            if (_board.Release(lease) && _hosts.Find(lease.Host) is { } last)
                _hosts.Forget(idle = last);
            Signal();
        }

        idle?.Dispose();
    }

    public void Answered(HostLease lease) => Change(() => _board.Answered(lease));

    public void Lost(HostLease lease, string why, bool spoke, TimeSpan? retryAfter) =>
        Change(() => _board.Lost(lease, Now, why, spoke, retryAfter));

    /// <summary>A host's circuit opens.</summary>
    public void Broke(int host, TimeSpan duration) => Change(() => _board.Broke(host, Now, duration));

    /// <summary>A host's circuit closes.</summary>
    public void Mended(int host) => Change(() => _board.Mended(host));

    /// <summary>Whether a host but this one is up and has a place.</summary>
    public bool HasRoomBeside(int host)
    {
        lock (_gate)
            return _board.HasRoomBeside(host);
    }

    public void Heard(int host, WatchLoadResponse load)
    {
        var figures = HostFigures.Of(load, _options.Model);
        lock (_gate)
        {
            if (_board.Heard(host, Now, figures))
                Signal();
        }
    }

    public void NotHeard(int host, bool silent) => Change(() => _board.NotHeard(host, silent));

    /// <summary>Whether it was asked for its load and does not answer.</summary>
    public bool IsSilent(int host)
    {
        lock (_gate)
            return _board.IsSilent(host);
    }

    public void Named(int host, string? own)
    {
        if (string.IsNullOrEmpty(own))
            return;
        lock (_gate)
            _board.Named(host, own);
    }

    /// <summary>The fault of a call that found all hosts down for too long.</summary>
    public FaultException Outage()
    {
        lock (_gate)
        {
            var summary = _board.Summary;
            var why = summary.Length > 0 ? summary : _fault ?? "none is known yet";
            var message = $"no host takes the call: {why}: start one, or give other addresses";
            return new FaultException(FaultKind.Unavailable, message, retryAfter: _options.LongestBackOff);
        }
    }

    /// <summary>Gives no more places, and ends once calls under way have, or after <see cref="RemoteStagesOptions.DrainLimit"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(_options.DrainLimit, _time);
        while (!limit.IsCancellationRequested)
        {
            Task changed;
            lock (_gate)
            {
                if (!_ending)
                {
                    _ending = true;
                    Signal();
                }

                if (_board.InFlight == 0)
                    break;
                changed = _changed.Task;
            }

            await changed.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Dispose();
    }

    public void Dispose()
    {
        HostEntry[] hosts;
        lock (_gate)
        {
            _ending = true;
            hosts = _hosts.Clear();
            Signal();
        }

        _end.Cancel();
        Array.ForEach(hosts, host => host.Dispose());
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostEntry Open(int id, Uri address)
    {
        var host = new HostEntry(id, address, this, _options, _time);
        if (_watching)
            host.Watch.Start();
        return host;
    }

    // Calls that take longer break off and go on elsewhere: what they have finished is stored.
    private async Task CloseInTimeAsync(HostEntry host, int leaving)
    {
        await Task.Delay(_options.DrainLimit, _time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_end.IsCancellationRequested || !_hosts.IsLeaving(host, leaving))
                return;
            _hosts.Forget(host);
            Signal();
        }

        host.Dispose();
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
