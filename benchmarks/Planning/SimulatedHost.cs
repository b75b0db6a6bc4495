namespace Aigc.Benchmarks.Planning;

/// <summary>
/// A host with one device, which does one thing at a time: a step of a batch, or other work. Rows join and leave batches between steps;
/// batches of several sizes take turns. Where both wait, steps and other work get half of the time each.
/// </summary>
internal sealed class SimulatedHost(string name, EventQueue events, Random random, TrueCosts costs, double slowness)
{
    private readonly Queue<Work> _work = new();
    private readonly List<Row> _rows = [];
    private (int Width, int Height) _last;
    private bool _busy;

    // How much longer the device has denoised than done other work, while both waited.
    private double _owedMs;

    public string Name => name;

    /// <summary>Calls in flight, as their callers count them.</summary>
    public int Calls { get; set; }

    /// <summary>Compute waiting and under way, in seconds, as a host that has learned its costs reports it.</summary>
    public double QueuedSeconds => slowness / 1000 * (
        _work.Sum(w => w.Ms) + _rows.Sum(r => r.StepsLeft * Scaled(r.Size, costs.StepMs / costs.MostRows + costs.RowMs) + r.AfterMs));

    public static double Scaled((int Width, int Height) size, double ms) => ms * size.Width * size.Height / (512.0 * 512);

    /// <summary>Does work of one picture when the device is free.</summary>
    /// <param name="ms">Its cost on a host of slowness 1.</param>
    /// <param name="done">Told when it waited from, began and ended, in milliseconds.</param>
    public void Do(double ms, Action<double, double, double> done)
    {
        _work.Enqueue(new Work(ms, events.NowMs, done));
        Next();
    }

    /// <summary>Denoises one picture.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="afterMs">Device work that will follow on this host.</param>
    /// <param name="done">As of <see cref="Do"/>.</param>
    public void Denoise((int Width, int Height) size, int steps, double afterMs, Action<double, double, double> done)
    {
        _rows.Add(new Row(size, steps, afterMs, events.NowMs, done));
        Next();
    }

    private void Next()
    {
        if (_busy || (_work.Count == 0 && _rows.Count == 0))
            return;
        _busy = true;
        if (_work.Count == 0 || _rows.Count == 0)
            _owedMs = 0;
        if (_work.Count > 0 && (_owedMs > 0 || _rows.Count == 0))
            DoWork();
        else
            Step();
    }

    private void DoWork()
    {
        var (work, start) = (_work.Dequeue(), events.NowMs);
        events.After(Jittered(work.Ms), () =>
        {
            _busy = false;
            _owedMs -= events.NowMs - start;
            work.Done(work.QueuedAt, start, events.NowMs);
            Next();
        });
    }

    private void Step()
    {
        // Rows that began keep their places; the sizes take turns.
        var sizes = _rows.Select(r => r.Size).Distinct().ToArray();
        _last = sizes[(Array.IndexOf(sizes, _last) + 1) % sizes.Length];
        Row[] batch = [.. _rows.Where(r => r.Size == _last).OrderByDescending(r => r.StartedAt is not null).Take(costs.MostRows)];
        var start = events.NowMs;
        foreach (var row in batch)
            row.StartedAt ??= start;
        events.After(Jittered(Scaled(_last, costs.StepMs + costs.RowMs * batch.Length)), () =>
        {
            _busy = false;
            _owedMs += events.NowMs - start;
            foreach (var row in batch)
            {
                if (--row.StepsLeft > 0)
                    continue;
                _rows.Remove(row);
                row.Done(row.QueuedAt, row.StartedAt!.Value, events.NowMs);
            }

            Next();
        });
    }

    private double Jittered(double ms) => ms * slowness * (.97 + .06 * random.NextDouble());

    private sealed record Work(double Ms, double QueuedAt, Action<double, double, double> Done);

    private sealed class Row((int Width, int Height) size, int steps, double afterMs, double queuedAt, Action<double, double, double> done)
    {
        public (int Width, int Height) Size => size;

        public int StepsLeft { get; set; } = steps;

        public double AfterMs => afterMs;

        public double QueuedAt => queuedAt;

        public double? StartedAt { get; set; }

        public Action<double, double, double> Done => done;
    }
}
