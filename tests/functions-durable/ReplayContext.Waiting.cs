namespace Aigc.FunctionsDurable;

// External events, as the real wrapper hands them out: the newest waiter first, and a buffer for what nobody waits for.
internal sealed partial class ReplayContext
{
    private readonly Dictionary<string, Stack<IWaiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<string?>> _buffered = new(StringComparer.OrdinalIgnoreCase);

    private interface IWaiter
    {
        Type EventType { get; }

        void Complete(object? value);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        EnsureOwnThread();
        var waiter = new Waiter<T>();
        if (_waiters.TryGetValue(eventName, out var stack) && stack.TryPeek(out var top) && top.EventType != typeof(T))
        {
            throw new ArgumentException($"The event {eventName} is awaited as {top.EventType} already and not as {typeof(T)}.");
        }

        stack ??= _waiters[eventName] = new Stack<IWaiter>();
        stack.Push(waiter);
        if (_buffered.TryGetValue(eventName, out var queue) && queue.TryDequeue(out var payload))
        {
            OnEvent(eventName, payload);
        }

        cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        return waiter.Task;
    }

    /// <summary>What came in and was never awaited.</summary>
    public IEnumerable<(string Name, string? Payload)> Unprocessed =>
        _buffered.SelectMany(pair => pair.Value.Select(payload => (pair.Key, payload)));

    private void OnEvent(string name, string? payload)
    {
        if (_waiters.TryGetValue(name, out var stack) && stack.TryPop(out var waiter))
        {
            if (stack.Count == 0)
            {
                _waiters.Remove(name);
            }

            // A cancelled waiter on top takes the event with it, as in the real one.
            waiter.Complete(payloads.Deserialize(payload, waiter.EventType));
            return;
        }

        if (!_buffered.TryGetValue(name, out var queue))
        {
            queue = _buffered[name] = new Queue<string?>();
        }

        queue.Enqueue(payload);
    }

    private sealed class Waiter<T> : TaskCompletionSource<T>, IWaiter
    {
        public Type EventType => typeof(T);

        public void Complete(object? value) => TrySetResult((T)value!);
    }
}
