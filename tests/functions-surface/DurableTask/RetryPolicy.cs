using System.ComponentModel;
using Aigc.FunctionsSurface;

namespace Microsoft.DurableTask;

public class RetryPolicy
{
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        ThrowIfShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
        Handle = _ => true;
    }

    public int MaxNumberOfAttempts { get; }

    public TimeSpan FirstRetryInterval { get; }

    public double BackoffCoefficient { get; }

    public TimeSpan MaxRetryInterval { get; }

    public TimeSpan RetryTimeout { get; }

    [EditorBrowsable(EditorBrowsableState.Never)]
    public Func<Exception, bool> Handle { get; private init; }

    [Obsolete("Not implemented by the package. Use TaskOptions.FromRetryHandler or HandleFailure instead.")]
    public Func<Exception, Task<bool>>? HandleAsync { get; set; }

    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init => Handle = exception => exception is TaskFailure failure
            ? value(failure.Details)
            : throw new InvalidOperationException("Only the failure of a task or a sub-orchestration has details.");
    }

    private static void ThrowIfShorter(TimeSpan? value, TimeSpan first, string name)
    {
        if (value < first && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "It must not be shorter than the first retry interval.");
        }
    }
}
