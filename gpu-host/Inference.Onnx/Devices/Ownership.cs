namespace Aigc.Inference.Onnx.Devices;

/// <summary>Disposes of things in the reverse of the order in which they were made: views before the memory that they are of.</summary>
internal sealed class Ownership : IDisposable
{
    private readonly Stack<IDisposable> _owned = [];

    public T Add<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    public void Dispose()
    {
        while (_owned.TryPop(out var owned))
            owned.Dispose();
    }
}
