using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>Views of a buffer's first rows, each made once: at most as many as it has rows, whatever batches come by.</summary>
internal sealed class RowViews(int capacity, Func<int, OrtValue> create) : IDisposable
{
    private readonly OrtValue?[] _views = new OrtValue?[capacity + 1];

    /// <summary>The first rows, from 1 to the capacity of them.</summary>
    public OrtValue First(int rows) => _views[rows] ??= create(rows);

    public void Dispose()
    {
        foreach (var view in _views)
            view?.Dispose();
    }
}
