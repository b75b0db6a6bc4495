namespace Aigc.Api;

/// <summary>A sequence whose next item is waited for a while, and not given up where it does not come in time.</summary>
internal sealed class TimedEnumerator<T> : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _moving;
    private readonly IAsyncEnumerator<T> _items;
    private Task<bool>? _next;

    /// <param name="items">The sequence.</param>
    /// <param name="time">The clock of limits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public TimedEnumerator(IAsyncEnumerable<T> items, TimeProvider time, CancellationToken cancellationToken)
    {
        (_time, _cancellationToken) = (time, cancellationToken);
        _moving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _items = items.GetAsyncEnumerator(_moving.Token);
    }

    /// <summary>The item that was moved to last.</summary>
    public T Current => _items.Current;

    /// <summary>Moves on.</summary>
    /// <param name="limit">How long to wait.</param>
    /// <returns>Whether there is an item; null where that is not known in time, and then the next call waits for the same one.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<bool?> MoveNextAsync(TimeSpan limit)
    {
        _next ??= _items.MoveNextAsync().AsTask();
        if (!await EndsWithinAsync(_next, limit).ConfigureAwait(false))
            return null;
        var moved = await _next.ConfigureAwait(false);
        _next = null;
        return moved;
    }

    public async ValueTask DisposeAsync()
    {
        // An enumerator must not be disposed of while it moves.
        await _moving.CancelAsync().ConfigureAwait(false);
        if (_next is Task next)
            await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _items.DisposeAsync().ConfigureAwait(false);
        _moving.Dispose();
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit)
    {
        if (task.IsCompleted)
            return true;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
        var first = await Task.WhenAny(task, Task.Delay(limit, _time, waiting.Token)).ConfigureAwait(false);
        // Frees the timer.
        await waiting.CancelAsync().ConfigureAwait(false);
        _cancellationToken.ThrowIfCancellationRequested();
        return first == task;
    }
}
