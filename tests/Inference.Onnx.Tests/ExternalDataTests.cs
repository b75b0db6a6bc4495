using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.TestKit;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

public sealed class ExternalDataTests : IDisposable
{
    private const int Side = 512;

    private static readonly LatentShape _shape = new(4, 1, 1);

    private readonly TempFolder _folder = new();

    public ExternalDataTests()
    {
        new GraphSignature(TensorElementType.Int64, TensorElementType.Float, TensorElementType.Float, ["batch"]).Write(_folder.Path);
        WriteUNet("model.onnx_data", "more/weights.bin");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WeightsInTwoOtherFiles_AreUsed()
    {
        using var model = Load();
        Assert.Equal(Expected(), Answer(model), 1e-3f);
    }

    [Fact]
    public void MemoryBytes_WeightsInOtherFiles_AreCounted()
    {
        using var model = Load();
        Assert.InRange(model.MemoryBytes, 2L * Side * Side * sizeof(float), 2L * Side * Side * sizeof(float) + 100_000);
    }

    [Theory]
    [InlineData("model.onnx_data")]
    [InlineData("more/weights.bin")]
    public void Load_WeightFileIsMissing_NamesIt(string file)
    {
        File.Delete(_folder.Combine("unet", file));
        var fault = Assert.Throws<InferenceException>(Load);
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WeightFileIsCutShort_IsABadModel()
    {
        var path = _folder.Combine("unet", "model.onnx_data");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..1000]);
        Assert.Equal(InferenceFault.BadModel, Assert.Throws<InferenceException>(Load).Kind);
    }

    [Fact]
    public void Load_WeightFileOutsideTheFolder_IsABadModel()
    {
        File.Move(_folder.Combine("unet", "model.onnx_data"), _folder.Combine("outside.bin"));
        WriteUNet("../outside.bin", "more/weights.bin");
        Assert.Equal(InferenceFault.BadModel, Assert.Throws<InferenceException>(Load).Kind);
    }

    [Fact]
    public void Load_Linux_Maps()
    {
        using var model = Load();
        var maps = File.ReadAllText("/proc/self/maps");
        Assert.Fail(string.Join("\n", maps.Split('\n').Where(l => l.Contains(_folder.Path))) + "!");
    }

    // The sample goes through two matrices of which each row is one weight after the other, so the sum tells whether both were read.
    private void WriteUNet(string first, string second)
    {
        new OnnxWriter()
            .Input("sample", TensorElementType.Float, "batch", 4, "height", "width")
            .Input("timestep", TensorElementType.Float, "batch")
            .Input("encoder_hidden_states", TensorElementType.Float, "batch", GraphSignature.Tokens, GraphSignature.Width)
            .Output("out_sample", TensorElementType.Float, "batch", 4, "height", "width")
            .External("first", first, 0, Side * Side, Side, Side)
            .External("second", second, 4096, Side * Side - 1024, Side - 2, Side)
            .Constant("axes", new long[] { 0, 1 }, 2)
            .Node("ReduceMean", ["first"], "mean first", ("axes", new long[] { 0, 1 }), ("keepdims", 0L))
            .Node("ReduceMean", ["second"], "mean second", ("axes", new long[] { 0, 1 }), ("keepdims", 0L))
            .Node("Add", ["mean first", "mean second"], "mean")
            .Node("Add", ["sample", "mean"], "out_sample")
            .Save(_folder.Combine("unet", "model.onnx"));
        WriteWeights(first, 1);
        WriteWeights(second, 3);
    }
}
