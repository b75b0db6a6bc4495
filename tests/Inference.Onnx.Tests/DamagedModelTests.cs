using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.TestKit;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

public sealed class DamagedModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public DamagedModelTests() =>
        new GraphSignature(TensorElementType.Int32, TensorElementType.Float, TensorElementType.Float, ["batch"]).Write(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text_encoder")]
    [InlineData("unet")]
    public void Load_GraphIsCutShort_NamesTheFileAndTheMend(string part)
    {
        var path = _folder.Combine(part, "model.onnx");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);
        var fault = Assert.Throws<InferenceException>(Load);
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("export the model again", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_DecoderIsCutShort_NamesTheFile()
    {
        var path = _folder.Combine("vae_decoder", "model.onnx");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);
        using var model = Load();
        var fault = Assert.Throws<InferenceException>(() => model.Decode(new float[4], new LatentShape(4, 1, 1), default));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GraphOfAnotherKind_SaysWhatItLacks()
    {
        File.Copy(_folder.Combine("vae_decoder", "model.onnx"), _folder.Combine("unet", "model.onnx"), overwrite: true);
        var fault = Assert.Throws<InferenceException>(Load);
        Assert.Contains("has no input 'sample' (it has latent_sample)", fault.Message, StringComparison.Ordinal);
    }

    private OnnxDiffusionModel Load() => OnnxDiffusionModel.Load(ModelFolder.Open(_folder.Path), new OnnxRuntimeOptions());
}
