using System.Collections.Concurrent;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>A model's schedulers and the schedules worked out last, for every job to share. Safe for many threads.</summary>
/// <param name="config">The model's configuration.</param>
public sealed class ScheduleCache(SchedulerConfig config)
{
    // Requests choose the keys: a bound keeps them from filling the memory.
    private const int Capacity = 256;

    private readonly ConcurrentDictionary<string, IScheduler> _schedulers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Scheduler, int Steps, int Begin), Schedule> _schedules = new();

    /// <summary>Finds or works out a schedule.</summary>
    /// <param name="name">The scheduler's name.</param>
    /// <param name="steps">Steps asked for.</param>
    /// <param name="begin">The step it starts at.</param>
    /// <exception cref="InferenceException">The scheduler is unknown, or cannot do that.</exception>
    public (IScheduler Scheduler, Schedule Schedule) Get(string name, int steps, int begin)
    {
        var scheduler = _schedulers.GetOrAdd(name, static (name, config) => SchedulerCatalog.Create(name, config), config);
        if (_schedules.TryGetValue((name, steps, begin), out var schedule))
            return (scheduler, schedule);
        if (_schedules.Count >= Capacity)
            _schedules.Clear();
        return (scheduler, _schedules.GetOrAdd((name, steps, begin), static (key, scheduler) => scheduler.CreateSchedule(key.Steps, key.Begin), scheduler));
    }
}
