using Aigc.Inference.Batching;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>Which job is in which slot of a device's state. Knows of no device.</summary>
/// <param name="capacity">How many slots there are.</param>
internal sealed class JobSeats(int capacity)
{
    private readonly Dictionary<DenoiseJob, Seat> _seats = [];
    private readonly Stack<int> _free = new(Enumerable.Range(0, capacity).Reverse());
    private long _time;

    public IEnumerable<DenoiseJob> Jobs => _seats.Keys;

    public int Count => _seats.Count;

    /// <summary>Begins a step: the jobs that have a slot keep it throughout.</summary>
    public void Begin(IReadOnlyList<DenoiseJob> jobs)
    {
        _time++;
        foreach (var job in jobs)
        {
            if (_seats.TryGetValue(job, out var seat))
                seat.LastUsed = _time;
        }
    }

    /// <summary>The slot that holds a job as it is now; one that was advanced elsewhere since has none.</summary>
    public bool Holds(DenoiseJob job, out int slot)
    {
        var found = _seats.TryGetValue(job, out var seat) && seat.Step == job.Step;
        slot = found ? seat!.Slot : -1;
        return found;
    }

    /// <summary>The job to bring home before another can be seated: the one that has waited longest; null where there is room.</summary>
    public DenoiseJob? Evictable(DenoiseJob arriving) => _free.Count > 0 || _seats.ContainsKey(arriving)
        ? null
        : _seats.Where(seat => seat.Value.LastUsed < _time).MinBy(seat => seat.Value.LastUsed).Key;

    /// <summary>Gives a job a slot, or its own again, for its present step.</summary>
    public int Take(DenoiseJob job)
    {
        if (!_seats.TryGetValue(job, out var seat))
            _seats.Add(job, seat = new Seat(_free.Pop()));
        (seat.Step, seat.LastUsed) = (job.Step, _time);
        return seat.Slot;
    }

    /// <summary>Notes that a job's slot holds it after the step that it has just counted.</summary>
    public void Advanced(DenoiseJob job) => _seats[job].Step = job.Step;

    /// <summary>Frees a job's slot, where it has one.</summary>
    public void Leave(DenoiseJob job)
    {
        if (_seats.Remove(job, out var seat))
            _free.Push(seat.Slot);
    }

    private sealed class Seat(int slot)
    {
        public int Slot => slot;

        public int Step { get; set; }

        public long LastUsed { get; set; }
    }
}
