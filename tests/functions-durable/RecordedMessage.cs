namespace Aigc.FunctionsDurable;

/// <summary>One payload that went through the engine.</summary>
/// <param name="Kind">The event it belongs to, or <c>CustomStatus</c>.</param>
/// <param name="Name">The activity, orchestrator or event.</param>
/// <param name="InstanceId">The instance in whose history it lies.</param>
/// <param name="Bytes">Its length as UTF-8, of a custom status as UTF-16; 0 for none.</param>
public sealed record RecordedMessage(string Kind, string Name, string InstanceId, int Bytes);
