namespace Aigc.Inference.Models;

/// <summary>Keeps a model in memory while it is held.</summary>
public sealed class ModelLease : IDisposable
{
    private Action? _release;

    internal ModelLease(LoadedModel model, Action release)
    {
        Model = model;
        _release = release;
    }

    /// <summary>The model.</summary>
    public LoadedModel Model { get; }

    /// <summary>Lets the model go; it stays in memory until its room is needed.</summary>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
