namespace Aigc.Pipeline.Engine;

/// <summary>An idempotency key that was used for another job.</summary>
public sealed class IdempotencyConflictException() : Exception(
    "this Idempotency-Key was used for another request: send the same request, or another key");
