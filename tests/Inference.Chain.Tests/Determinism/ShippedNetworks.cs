using Aigc.Inference.Models;
using Aigc.Inference.Onnx;
using Aigc.TestKit;

namespace Aigc.Inference.Chain.Tests.Determinism;

/// <summary>The model that ships with the project, loaded once for all tests of a class.</summary>
public sealed class ShippedNetworks : IDisposable
{
    private readonly OnnxDiffusionModel _networks;

    public ShippedNetworks()
    {
        var folder = ModelFolder.Open(RepositoryRoot.Combine("models", "tiny-shapes"));
        Catalog = ModelCatalog.Of(folder);
        _networks = OnnxDiffusionModel.Load(folder, new OnnxRuntimeOptions());
    }

    internal ModelCatalog Catalog { get; }

    internal IDiffusionModel Lend() => new SharedNetworks(_networks);

    public void Dispose() => _networks.Dispose();
}
