namespace Aigc.Functions.Messages;

/// <summary>What an enhancement that runs as an orchestration of its own waits for, told to its job's.</summary>
/// <param name="Call">The enhancement: the index of its first picture.</param>
/// <param name="Why">One sentence for people.</param>
public sealed record WaitingMessage(int Call, string Why);
