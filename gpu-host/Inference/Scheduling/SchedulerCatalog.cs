using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>The schedulers there are, by name.</summary>
public static class SchedulerCatalog
{
    private static readonly (string Name, string? ClassName, string SamplerName, Func<SchedulerConfig, IScheduler> Create)[] _schedulers =
    [
        ("ddim", "DDIMScheduler", "DDIM", config => new DdimScheduler(config)),
        ("pndm", "PNDMScheduler", "PLMS", config => new PndmScheduler(config)),
        ("euler", "EulerDiscreteScheduler", "Euler", config => new EulerDiscreteScheduler(config)),
        ("euler_ancestral", "EulerAncestralDiscreteScheduler", "Euler a", config => new EulerAncestralDiscreteScheduler(config)),
        ("dpmpp_2m", "DPMSolverMultistepScheduler", "DPM++ 2M", config => new DpmSolverMultistepScheduler(config)),
        ("dpmpp_2m_karras", null, "DPM++ 2M Karras", config => new DpmSolverMultistepScheduler(config, karras: true)),
        ("lcm", "LCMScheduler", "LCM", config => new LcmScheduler(config)),
    ];

    /// <summary>The names a request may give.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _schedulers.Select(scheduler => scheduler.Name)];

    /// <summary>Makes a scheduler for a model.</summary>
    /// <param name="name">One of <see cref="Names"/>, or diffusers' name of the class, such as <c>DDIMScheduler</c>.</param>
    /// <param name="config">The model's configuration; it may have been written for another scheduler.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: there is no such scheduler; the message lists those
    /// there are. Also if the scheduler does not do what the configuration asks for, which is <see cref="InferenceFault.BadModel"/> where
    /// that was written for this very scheduler.</exception>
    public static IScheduler Create(string name, SchedulerConfig config) => Find(name).Create(config);

    /// <summary>What AUTOMATIC1111's web UI, and the picture managers that read its <c>parameters</c>, call a scheduler.</summary>
    /// <param name="name">As in <see cref="Create"/>.</param>
    /// <returns>For example <c>Euler a</c> for <c>euler_ancestral</c>.</returns>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: there is no such scheduler.</exception>
    public static string SamplerName(string name) => Find(name).SamplerName;

    internal static bool IsWrittenFor(string name, SchedulerConfig config) => Find(name).ClassName == config.ClassName;

    private static (string Name, string? ClassName, string SamplerName, Func<SchedulerConfig, IScheduler> Create) Find(string name)
    {
        foreach (var scheduler in _schedulers)
        {
            if (scheduler.Name == name || scheduler.ClassName == name) return scheduler;
        }

        throw new InferenceException(InferenceFault.BadRequest, $"scheduler '{name}' is unknown; known: {string.Join(", ", Names)}");
    }
}
