namespace Aigc.Inference.Onnx;

/// <summary>
/// A part of a model that loads beside the others, or once it is wanted. A load that failed is tried again by the next that wants it:
/// memory may have been short for a moment only. Safe for many threads.
/// </summary>
/// <param name="load">Loads it.</param>
internal sealed class LoadedPart<T>(Func<T> load) : IDisposable
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private Task<T>? _loading;

    /// <summary>Begins to load it, unless that is under way or done.</summary>
    public Task<T> Begin()
    {
        lock (_gate)
        {
            if (_loading is null or { IsFaulted: true })
                _loading = Task.Run(load);
            return _loading;
        }
    }

    /// <summary>The part, once it is loaded; all that wait share one load.</summary>
    public T Get() => Begin().GetAwaiter().GetResult();

    /// <summary>Waits: a graph that is still loading when the process ends would be torn down under the runtime's feet.</summary>
    public void Dispose()
    {
        Task<T>? loading;
        lock (_gate)
            loading = _loading;
        if (loading is null)
            return;
        ((IAsyncResult)loading).AsyncWaitHandle.WaitOne();
        if (loading.IsCompletedSuccessfully)
            loading.Result.Dispose();
    }
}
