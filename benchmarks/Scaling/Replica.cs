namespace Aigc.Benchmarks.Scaling;

/// <summary>
/// One gpu-host: pictures join and leave between steps, and share each. Time is counted in its own steps, which take longer the more
/// pictures share them.
/// </summary>
internal sealed class Replica(Device device, double madeAt)
{
    private readonly PriorityQueue<Job, double> _running = new();
    private readonly Queue<Job> _waiting = new();
    private double _steps;
    private double _at;

    /// <summary>When it was asked for, in seconds: it is paid from then on.</summary>
    public double MadeAt { get; } = madeAt;

    /// <summary>When it takes work.</summary>
    public double ReadyAt { get; } = madeAt + device.ColdSeconds;

    /// <summary>Whether it takes no more work.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Changes with all that changes when its next picture is done.</summary>
    public int Version { get; private set; }

    /// <summary>Pictures on it.</summary>
    public int Load => _running.Count + _waiting.Count;

    /// <summary>Picture-seconds that were shared with nobody or with others: how much of its time it worked.</summary>
    public double BusySeconds { get; private set; }

    /// <summary>Takes a picture in, at once or once another leaves.</summary>
    public void Add(double now, Job job)
    {
        Advance(now);
        _waiting.Enqueue(job);
        Fill(now);
    }

    /// <summary>When its next picture is done; null where none runs.</summary>
    public double? NextEnd() =>
        _running.TryPeek(out _, out var end) ? _at + Math.Max(0, end - _steps) * device.StepSeconds(_running.Count) : null;

    /// <summary>Takes out the picture that is done now.</summary>
    public Job Finish(double now)
    {
        Advance(now);
        var job = _running.Dequeue();
        Fill(now);
        return job;
    }

    /// <summary>Takes out what waits, or all of it with the steps that are left: a checkpoint.</summary>
    public IEnumerable<Job> Leave(double now, bool all)
    {
        Advance(now);
        Version++;
        while (_waiting.TryDequeue(out var job))
            yield return job;
        while (all && _running.TryDequeue(out var job, out var end))
        {
            job.StepsLeft = Math.Max(0, end - _steps);
            yield return job;
        }
    }

    private void Fill(double now)
    {
        Version++;
        while (_running.Count < device.Pictures && _waiting.TryDequeue(out var job))
        {
            job.StartedAt ??= now;
            _running.Enqueue(job, _steps + job.StepsLeft);
        }
    }

    private void Advance(double now)
    {
        if (_running.Count > 0)
        {
            _steps += (now - _at) / device.StepSeconds(_running.Count);
            BusySeconds += now - _at;
        }

        _at = now;
    }
}
