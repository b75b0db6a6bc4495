namespace Aigc.Artifacts;

/// <summary>The one exception that core raises on purpose: a kind, and a message that names the thing and the mend.</summary>
public sealed class FaultException : Exception
{
    /// <summary>Creates a fault.</summary>
    /// <param name="kind">What sort of fault it is; decides the exit code, the gRPC status and the HTTP status.</param>
    /// <param name="message">One sentence a user can act on: the thing at fault, then what mends it.</param>
    /// <param name="inner">The cause, kept for logs; never shown to a user.</param>
    /// <param name="retryAfter">When a retry has a chance; only for <see cref="FaultKind.Overloaded"/> and <see cref="FaultKind.Unavailable"/>.</param>
    public FaultException(FaultKind kind, string message, Exception? inner = null, TimeSpan? retryAfter = null)
        : base(message, inner)
    {
        Kind = kind;
        RetryAfter = retryAfter;
    }

    /// <summary>What sort of fault it is.</summary>
    public FaultKind Kind { get; }

    /// <summary>When a retry has a chance; null where the kind gives no hint.</summary>
    public TimeSpan? RetryAfter { get; }
}
