using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests;

public sealed class PictureGraphTests : IDisposable
{
    private static readonly string _path = RepositoryRoot.Combine("models", "tiny-shapes", "vae_decoder", "model.onnx");

    private readonly PictureGraph _graph = new(OnnxGraph.Load(_path, new OnnxRuntimeOptions()), "latent_sample", 3, grows: 8);

    public void Dispose() => _graph.Dispose();

    [Fact]
    public void Rent_SameShapeAgain_LendsTheSameBuffers()
    {
        var first = _graph.Rent(4, 16, 16);
        first.Dispose();
        Assert.Equal(first.Bytes, _graph.IdleBytes);
        using var other = _graph.Rent(4, 8, 16);
        using var again = _graph.Rent(4, 16, 16);
        Assert.Same(first, again);
        Assert.Equal(0, _graph.IdleBytes);
    }

    [Fact]
    public void Rent_ManyShapes_KeepsNoMoreThanItsBound()
    {
        for (var width = 64; width < 164; width++)
            _graph.Rent(4, 128, width).Dispose();
        Assert.InRange(_graph.IdleBytes, PictureGraph.MaxIdleBytes / 2, PictureGraph.MaxIdleBytes);
        var before = _graph.IdleBytes;
        _graph.Rent(4, 512, 512).Dispose();
        Assert.Equal(before, _graph.IdleBytes);
    }

    [Fact]
    public void Dispose_OfARunAfterTheGraph_KeepsNothing()
    {
        var run = _graph.Rent(4, 8, 8);
        _graph.Dispose();
        run.Dispose();
        Assert.Equal(0, _graph.IdleBytes);
    }
}
