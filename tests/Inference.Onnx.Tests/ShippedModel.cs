using Aigc.Inference.Models;
using Aigc.Inference.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>The model that ships with the project, loaded once for all tests of a class.</summary>
public sealed class ShippedModel : IDisposable
{
    public ShippedModel()
    {
        Folder = ModelFolder.Open(RepositoryRoot.Combine("models", "tiny-shapes"));
        Model = OnnxDiffusionModel.Load(Folder, new OnnxRuntimeOptions());
        Stages = new DiffusionStages(Folder, Model);
    }

    public ModelFolder Folder { get; }

    public OnnxDiffusionModel Model { get; }

    public DiffusionStages Stages { get; }

    public void Dispose() => Stages.Dispose();

    public PictureSettings Picture(string prompt, long seed, int steps = 4, float guidance = 4, string scheduler = "ddim", int size = 128)
    {
        var encoded = Stages.Understand([prompt, ""], default);
        return new PictureSettings(encoded[0].Embedding, encoded[1].Embedding, size, size, steps, guidance, seed, scheduler);
    }
}
