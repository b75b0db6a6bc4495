using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
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

    [Fact]
    public void Encode_EncoderGivesOtherChannels_SaysWhatItShouldGive()
    {
        File.Copy(RepositoryRoot.Combine("models", "tiny-shapes", "enhance", "model.onnx"), EncoderPath(), overwrite: true);
        using var model = Load();
        var fault = Assert.Throws<InferenceException>(() => model.Encode(new Picture(8, 8, new byte[256]), default));
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains("does not give [batch, 8, height, width]", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_EncoderIsCutShort_NamesTheFile()
    {
        File.WriteAllBytes(EncoderPath(), [1, 2, 3]);
        using var model = Load();
        var fault = Assert.Throws<InferenceException>(() => model.Encode(new Picture(8, 8, new byte[256]), default));
        Assert.Contains(EncoderPath(), fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vae_decoder")]
    [InlineData("vae_encoder")]
    [InlineData("enhance")]
    public void Run_GraphIsWholeAgain_IsLoadedAgain(string part)
    {
        using var folder = new TempFolder();
        CopyModel(RepositoryRoot.Combine("models", "tiny-shapes"), folder.Path);
        var path = folder.Combine(part, "model.onnx");
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..100]);
        using var model = OnnxDiffusionModel.Load(ModelFolder.Open(folder.Path), new OnnxRuntimeOptions());
        Assert.Equal(InferenceFault.BadModel, Assert.Throws<InferenceException>(Run).Kind);
        File.WriteAllBytes(path, whole);
        Run();

        void Run()
        {
            var picture = new Picture(64, 64, new byte[64 * 64 * 4]);
            var (channels, factor) = (model.Description.LatentChannels, model.Description.LatentFactor);
            var shape = new LatentShape(channels, 64 / factor, 64 / factor);
            if (part == "vae_decoder")
                model.Decode(new float[shape.Length], shape, default);
            else if (part == "vae_encoder")
                model.Encode(picture, default);
            else
                model.Enhance(picture, default);
        }
    }

    [Fact]
    public void Load_DenoiserOfTwoTextEncodersAndOneIsThere_SaysWhichIsMissing()
    {
        ModelKind.Sdxl.Write(_folder.Path);
        Directory.Delete(_folder.Combine("text_encoder_2"), recursive: true);
        new GraphSignature(TensorElementType.Int64, TensorElementType.Float, TensorElementType.Float, ["batch"]).WriteTextEncoder(
            _folder.Path, 768 + 1280);
        AssertBad("takes text_embeds, and there is no text_encoder_2 to give them");
    }

    [Fact]
    public void Load_TextEncoderOfAnotherModel_SaysBothWidths()
    {
        using var other = new TempFolder();
        ModelKind.StableDiffusion15.Write(_folder.Path);
        ModelKind.SdTurbo.Write(other.Path);
        File.Copy(other.Combine("text_encoder", "model.onnx"), _folder.Combine("text_encoder", "model.onnx"), overwrite: true);
        AssertBad("takes embeddings 768 wide, and the text encoders give 1024");
    }

    [Fact]
    public void Load_TwoTextEncodersAndNoLayerCount_NamesTheKey()
    {
        ModelKind.Sdxl.Write(_folder.Path);
        File.WriteAllText(_folder.Combine("text_encoder_2", "config.json"), "{}");
        AssertBad("does not say num_hidden_layers");
    }

    [Fact]
    public void Load_TextEncoderExportedWithoutHiddenStates_NamesTheOutput()
    {
        ModelKind.Sdxl.Write(_folder.Path);
        File.WriteAllText(_folder.Combine("text_encoder", "config.json"), """{"num_hidden_layers": 12}""");
        AssertBad("has no output 'hidden_states.11'");
    }

    [Fact]
    public void Load_DenoiserAsksForMore_NamesWhatNothingCanGive()
    {
        new OnnxWriter()
            .Input("sample", TensorElementType.Float, "batch", 4, "height", "width")
            .Input("timestep", TensorElementType.Float, "batch")
            .Input("encoder_hidden_states", TensorElementType.Float, "batch", GraphSignature.Tokens, GraphSignature.Width)
            .Input("image_embeds", TensorElementType.Float, "batch", 8)
            .Output("out_sample", TensorElementType.Float, "batch", 4, "height", "width")
            .Node("Identity", ["sample"], "out_sample")
            .Save(_folder.Combine("unet", "model.onnx"));
        AssertBad("asks for image_embeds, which nothing here can give");
    }

    private static void CopyModel(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private string EncoderPath()
    {
        Directory.CreateDirectory(_folder.Combine("vae_encoder"));
        return _folder.Combine("vae_encoder", "model.onnx");
    }

    private void AssertBad(string message)
    {
        var fault = Assert.Throws<InferenceException>(Load);
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private OnnxDiffusionModel Load() => OnnxDiffusionModel.Load(ModelFolder.Open(_folder.Path), new OnnxRuntimeOptions());
}
