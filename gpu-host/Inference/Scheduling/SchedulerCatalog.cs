using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>The schedulers there are, by name.</summary>
public static class SchedulerCatalog
{
    private static readonly (string Name, string ClassName, Func<SchedulerConfig, IScheduler> Create)[] _schedulers =
    [
        ("ddim", "DDIMScheduler", config => new DdimScheduler(config)),
        ("euler", "EulerDiscreteScheduler", config => new EulerDiscreteScheduler(config)),
    ];

    /// <summary>The names a request may give.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _schedulers.Select(scheduler => scheduler.Name)];

    /// <summary>Makes a scheduler for a model.</summary>
    /// <param name="name">One of <see cref="Names"/>, or diffusers' name of the class, such as <c>DDIMScheduler</c>.</param>
    /// <param name="config">The model's configuration; it may have been written for another scheduler.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: there is no such scheduler; the message lists those
    /// there are.</exception>
    public static IScheduler Create(string name, SchedulerConfig config)
    {
        foreach (var scheduler in _schedulers)
        {
            if (scheduler.Name == name || scheduler.ClassName == name) return scheduler.Create(config);
        }

        throw new InferenceException(InferenceFault.BadRequest, $"scheduler '{name}' is unknown; known: {string.Join(", ", Names)}");
    }
}
