using System.Collections.Concurrent;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>A model's schedulers and the schedules worked out last, for every job to share. Safe for many threads.</summary>
/// <param name="config">The model's configuration.</param>
public sealed class ScheduleCache(SchedulerConfig config)
{
    /// <summary>The most steps kept, of all schedules together: requests choose the keys, and a schedule may have a thousand.</summary>
    internal const int MostSteps = 16_384;

    private readonly ConcurrentDictionary<string, IScheduler> _schedulers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Scheduler, int Steps, int Begin), Schedule> _schedules = [];

    /// <summary>Steps kept now.</summary>
    internal int Steps { get; private set; }

    /// <summary>Finds or works out a schedule.</summary>
    /// <param name="name">The scheduler's name.</param>
    /// <param name="steps">Steps asked for.</param>
    /// <param name="begin">The step it starts at.</param>
    /// <exception cref="InferenceException">The scheduler is unknown, or cannot do that.</exception>
    public (IScheduler Scheduler, Schedule Schedule) Get(string name, int steps, int begin)
    {
        var scheduler = _schedulers.GetOrAdd(name, static (name, config) => SchedulerCatalog.Create(name, config), config);
        lock (_gate)
        {
            if (_schedules.TryGetValue((name, steps, begin), out var known))
                return (scheduler, known);
        }

        // Outside the lock: those who find theirs are not to wait for it.
        return (scheduler, Keep((name, steps, begin), scheduler.CreateSchedule(steps, begin)));
    }

    private Schedule Keep((string Scheduler, int Steps, int Begin) key, Schedule made)
    {
        lock (_gate)
        {
            if (_schedules.TryGetValue(key, out var known))
                return known;
            if (Steps + made.Count > MostSteps)
            {
                _schedules.Clear();
                Steps = 0;
            }

            _schedules.Add(key, made);
            Steps += made.Count;
            return made;
        }
    }
}
