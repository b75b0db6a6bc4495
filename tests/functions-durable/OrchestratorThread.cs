using System.Collections.Concurrent;

namespace Aigc.FunctionsDurable;

/// <summary>
/// Runs one turn of an orchestrator on one thread. A continuation that arrives from another thread, or after the turn, comes
/// from a task that is not the context's own.
/// </summary>
internal sealed class OrchestratorThread(Action foreignContinuation) : SynchronizationContext
{
    [ThreadStatic]
    private static OrchestratorThread? s_current;

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _queue = new();

    public bool IsCurrent => s_current == this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
        {
            _queue.Enqueue((d, state));
        }
        else
        {
            foreignContinuation();
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => Post(d, state);

    public override SynchronizationContext CreateCopy() => this;

    public void Run(Action action)
    {
        var (before, outer) = (Current, s_current);
        SetSynchronizationContext(this);
        s_current = this;
        try
        {
            action();
            while (_queue.TryDequeue(out var item))
            {
                item.Callback(item.State);
            }
        }
        finally
        {
            s_current = outer;
            SetSynchronizationContext(before);
        }
    }
}
