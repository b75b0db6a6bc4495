namespace Aigc.Benchmarks.Scaling;

/// <summary>Replays a trace against a rule in simulated time. The same inputs give the same result.</summary>
internal sealed class ScalingSimulation
{
    private readonly Device _device;
    private readonly ScaleRule _rule;
    private readonly Platform _platform;
    private readonly Autoscaler _scaler;
    private readonly int _steps;
    private readonly int _room;
    private readonly PriorityQueue<Action, (double At, long Order)> _events = new();
    private readonly LinkedList<Job> _queued = new();
    private readonly List<Replica> _replicas = [];
    private readonly List<double> _waits = [];
    private double _now;
    private double _paidSeconds;
    private double _busySeconds;
    private long _order;
    private int _turn;
    private int _jobs;
    private int _peak;
    private int _started;
    private double _endsAt;

    private ScalingSimulation(Device device, ScaleRule rule, Platform platform, int steps)
    {
        (_device, _rule, _platform, _steps) = (device, rule, platform, steps);
        _scaler = new Autoscaler(rule, platform);
        // What runs, and as much again as the replica lets wait.
        _room = device.Pictures + (int)(platform.MaxQueuedSeconds * device.PicturesPerHour(steps) / 3600);
    }

    /// <summary>Replays a trace.</summary>
    /// <param name="trace">When pictures are asked for.</param>
    /// <param name="device">What replicas run on.</param>
    /// <param name="rule">How many of them there are.</param>
    /// <param name="platform">What the platform makes of the rule.</param>
    /// <param name="steps">Denoising steps of a picture.</param>
    public static ScalingResult Run(ArrivalTrace trace, Device device, ScaleRule rule, Platform platform, int steps) =>
        new ScalingSimulation(device, rule, platform, steps).Replay(trace);

    private ScalingResult Replay(ArrivalTrace trace)
    {
        _endsAt = trace.Seconds;
        for (var i = 0; i < _rule.MinReplicas; i++)
            Start();
        At(0, Look);
        var next = 0;
        while (true)
        {
            var isEvent = _events.TryPeek(out _, out var at);
            if (next < trace.Arrivals.Length && (!isEvent || trace.Arrivals[next] <= at.At))
            {
                _now = trace.Arrivals[next++];
                _jobs++;
                _queued.AddLast(new Job(_now, _steps));
                Dispatch();
            }
            else if (isEvent)
            {
                var then = _events.Dequeue();
                _now = at.At;
                then();
            }
            else
            {
                break;
            }
        }

        foreach (var replica in _replicas.ToArray())
            End(replica);
        _waits.Sort();
        var hours = _paidSeconds / 3600;
        return new(
            _waits.Count, [.. _waits], _peak, _started, hours, _paidSeconds > 0 ? _busySeconds / _paidSeconds : 0,
            hours * _device.PricePerHour);
    }

    private void Look()
    {
        var here = _replicas.Count(static replica => !replica.IsEnding);
        var wanted = _scaler.Decide(_now, _jobs, here);
        for (; here < wanted; here++)
            Start();
        // The newest goes first, since it has the least work.
        for (; here > wanted; here--)
            Retire(_replicas.FindLast(static replica => !replica.IsEnding)!);
        // After the trace only until nothing is left to decide.
        if (_now < _endsAt || _jobs > 0 || here > _rule.MinReplicas)
            At(_now + (here == 0 ? _platform.PollSeconds : _platform.SyncSeconds), Look);
    }

    private void Start()
    {
        var replica = new Replica(_device, _now);
        _replicas.Add(replica);
        _started++;
        _peak = Math.Max(_peak, _replicas.Count);
        At(replica.ReadyAt, Dispatch);
    }

    private void Retire(Replica replica)
    {
        replica.IsEnding = true;
        Requeue(replica, all: false);
        Plan(replica);
        At(_now + _platform.GraceSeconds, () =>
        {
            if (!_replicas.Contains(replica))
                return;
            Requeue(replica, all: true);
            End(replica);
            Dispatch();
        });
        if (replica.Load == 0)
            End(replica);
        Dispatch();
    }

    private void Requeue(Replica replica, bool all)
    {
        // What was begun comes first.
        foreach (var job in replica.Leave(_now, all).Reverse().ToArray())
            _queued.AddFirst(job);
    }

    private void End(Replica replica)
    {
        if (!_replicas.Remove(replica))
            return;
        _paidSeconds += _now - replica.MadeAt;
        _busySeconds += replica.BusySeconds;
    }

    // The ingress spreads calls in turn, whatever each replica has to do; one that is full refuses, and the call comes again.
    private void Dispatch()
    {
        while (_queued.First is { } first)
        {
            Replica? taker = null;
            for (var i = 0; i < _replicas.Count && taker is null; i++)
            {
                var one = _replicas[(_turn + i) % _replicas.Count];
                if (!one.IsEnding && one.ReadyAt <= _now && one.Load < _room)
                {
                    taker = one;
                    _turn = (_turn + i + 1) % _replicas.Count;
                }
            }

            if (taker is null)
                return;
            _queued.RemoveFirst();
            taker.Add(_now, first.Value);
            Plan(taker);
        }
    }

    private void Plan(Replica replica)
    {
        if (replica.NextEnd() is not { } end)
            return;
        var version = replica.Version;
        At(end, () =>
        {
            if (replica.Version != version)
                return;
            var job = replica.Finish(_now);
            _jobs--;
            _waits.Add(job.StartedAt!.Value - job.ArrivedAt);
            if (replica is { IsEnding: true, Load: 0 })
                End(replica);
            else
                Plan(replica);
            Dispatch();
        });
    }

    private void At(double moment, Action then) => _events.Enqueue(then, (Math.Max(moment, _now), _order++));
}
