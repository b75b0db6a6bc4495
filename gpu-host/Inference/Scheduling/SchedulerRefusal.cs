using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>Refuses values of a configuration that other schedulers take.</summary>
internal static class SchedulerRefusal
{
    /// <param name="given">Whether the configuration has the value.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="scheduler">The scheduler that does not do it.</param>
    /// <param name="value">The key and the value.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the file was written for this very scheduler.
    /// <see cref="InferenceFault.BadRequest"/>: it was not, so whoever chose the scheduler can choose another.</exception>
    public static void If(bool given, SchedulerConfig config, string scheduler, string value)
    {
        if (!given) return;
        throw SchedulerCatalog.IsWrittenFor(scheduler, config)
            ? new InferenceException(InferenceFault.BadModel, $"{scheduler} does not do {value}; correct scheduler_config.json")
            : new InferenceException(InferenceFault.BadRequest, $"{scheduler} does not do {value}, as this model has it; choose another");
    }
}
