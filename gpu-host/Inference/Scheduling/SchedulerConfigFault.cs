using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>What is wrong inside a configuration, before the file that holds it is named.</summary>
internal sealed class SchedulerConfigFault(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Refuses a value that other schedulers take.</summary>
    public static void Refuse(bool given, string scheduler, string value)
    {
        if (!given) return;
        throw new InferenceException(InferenceFault.BadModel, $"{scheduler} does not do {value}; choose another scheduler for this model");
    }
}
