namespace Aigc.FunctionsDurable;

/// <summary>The orchestrator did not do on replay what its history says it did.</summary>
public sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
