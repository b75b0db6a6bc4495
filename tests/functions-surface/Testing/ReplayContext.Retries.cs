using System.Runtime.ExceptionServices;
using Microsoft.DurableTask;

namespace Aigc.FunctionsSurface;

// Retries are the orchestrator's own work: a loop of tasks and timers that all stand in the history.
internal sealed partial class ReplayContext
{
    private async Task<T> WithRetries<T>(TaskOptions? options, Func<Task<T>> attempt)
    {
        if (options?.Retry?.Policy is { } policy)
        {
            return await WithPolicy(policy, attempt);
        }

        return options?.Retry?.Handler is { } handler ? await WithHandler(handler, attempt) : await attempt();
    }

    private async Task<T> WithPolicy<T>(RetryPolicy policy, Func<Task<T>> attempt)
    {
        var first = CurrentUtcDateTime;
        for (var retries = 0; ; retries++)
        {
            TaskFailure last;
            try
            {
                return await attempt();
            }
            catch (TaskFailure failure) when (failure.Retriable)
            {
                last = failure;
            }

            if (retries + 1 == policy.MaxNumberOfAttempts)
            {
                // The real loop still sets one timer here, due at once, for the sake of old histories.
                await Timer(CurrentUtcDateTime, CancellationToken.None);
                ExceptionDispatchInfo.Throw(last);
            }

            if (Delay(policy, retries, first, last) is not { } delay)
            {
                ExceptionDispatchInfo.Throw(last);
                throw last;
            }

            await Timer(CurrentUtcDateTime.Add(delay), CancellationToken.None);
        }
    }

    private TimeSpan? Delay(RetryPolicy policy, int retries, DateTime first, TaskFailure failure)
    {
        try
        {
            var expired = policy.RetryTimeout != Timeout.InfiniteTimeSpan && CurrentUtcDateTime >= first.Add(policy.RetryTimeout);
            if (!policy.Handle(failure) || expired)
            {
                return null;
            }
        }
#pragma warning disable CA1031 // As in the real loop: what the predicate throws must not hide the failure itself.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }

        var next = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, retries);
        return policy.MaxRetryInterval == Timeout.InfiniteTimeSpan || next < policy.MaxRetryInterval.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(next)
            : policy.MaxRetryInterval;
    }

    private async Task<T> WithHandler<T>(AsyncRetryHandler handler, Func<Task<T>> attempt)
    {
        var first = CurrentUtcDateTime;
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailure failure) when (failure.Retriable)
            {
                var context = new RetryContext(this, failures, failure.Details, CurrentUtcDateTime - first, CancellationToken.None);
                if (!await handler(context))
                {
                    throw;
                }
            }
        }
    }
}
