namespace Aigc.Inference.Faults;

/// <summary>The one exception inference raises on purpose: told apart by <see cref="Kind"/>, never by its message.</summary>
/// <param name="kind">Why, for the transport's mapping.</param>
/// <param name="message">Names the thing at fault and the mend; it may reach the caller.</param>
/// <param name="retryAfter">When trying again may help; only with <see cref="InferenceFault.Overloaded"/>.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class InferenceException(
    InferenceFault kind, string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Why inference could not answer.</summary>
    public InferenceFault Kind { get; } = kind;

    /// <summary>How long to wait before trying again.</summary>
    /// <value>The default is null: trying again will not help, or there is no telling when it would.</value>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
