namespace Aigc.Api;

/// <summary>Waits for a task for a while, without giving it up.</summary>
internal static class WaitLimit
{
    /// <summary>Whether a task ends within a time.</summary>
    /// <param name="task">The task; its own faults are its reader's.</param>
    /// <param name="limit">The time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up, by throwing.</param>
    public static async Task<bool> EndsWithinAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (task.IsCompleted)
            return true;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(task, Task.Delay(limit, time, waiting.Token)).ConfigureAwait(false);
        // Frees the timer.
        await waiting.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == task;
    }
}
