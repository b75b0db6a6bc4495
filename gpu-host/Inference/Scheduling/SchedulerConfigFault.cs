namespace Aigc.Inference.Scheduling;

/// <summary>What is wrong inside a configuration, before the file that holds it is named.</summary>
internal sealed class SchedulerConfigFault(string message, Exception? innerException = null) : Exception(message, innerException);
