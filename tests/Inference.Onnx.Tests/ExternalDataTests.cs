using System.Runtime.InteropServices;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.TestKit;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

public sealed class ExternalDataTests : IDisposable
{
    private const int Side = 512;
    private const int Skipped = Side * sizeof(float);
    private const float First = 1;
    private const float Second = 3;

    private static readonly LatentShape _shape = new(4, 1, 1);

    private readonly TempFolder _folder = new();

    public ExternalDataTests()
    {
        new GraphSignature(TensorElementType.Int64, TensorElementType.Float, TensorElementType.Float, ["batch"]).Write(_folder.Path);
        WriteUNet("model.onnx_data", "weights.bin");
        WriteWeights("model.onnx_data", First);
        WriteWeights("weights.bin", Second);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WeightsInTwoOtherFiles_AreUsed()
    {
        using var model = Load();
        Assert.Equal(.5f + 10 * (First + Second), Answer(model), 1e-3f);
    }

    [Fact]
    public void MemoryBytes_WeightsInOtherFiles_AreCounted()
    {
        using var model = Load();
        Assert.InRange(model.MemoryBytes, 2L * Side * Side * sizeof(float), 2L * Side * Side * sizeof(float) + 100_000);
    }

    [Theory]
    [InlineData("model.onnx_data")]
    [InlineData("weights.bin")]
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
        WriteUNet("../outside.bin", "weights.bin");
        Assert.Equal(InferenceFault.BadModel, Assert.Throws<InferenceException>(Load).Kind);
    }

    [Fact]
    public void Load_MatrixThatNoKernelRepacks_IsMappedFromItsFileUntilDisposed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var model = Load();
        Assert.Equal(["model.onnx_data", "weights.bin"], Mapped());
        model.Dispose();
        Assert.Empty(Mapped());
    }

    // Files of the model that this process has mapped into its memory.
    private string[] Mapped() =>
    [
        .. File.ReadLines("/proc/self/maps").Where(line => line.Contains(_folder.Path, StringComparison.Ordinal))
            .Select(line => Path.GetFileName(line)!).Distinct().Order(StringComparer.Ordinal),
    ];

    // The sample plus the timestep times the mean of each matrix, so that what comes out tells whether both were read. A constant that is
    // multiplied by an input cannot be folded away when the graph is loaded.
    private void WriteUNet(string first, string second)
    {
        new OnnxWriter()
            .Input("sample", TensorElementType.Float, "batch", 4, "height", "width")
            .Input("timestep", TensorElementType.Float, "batch")
            .Input("encoder_hidden_states", TensorElementType.Float, "batch", GraphSignature.Tokens, GraphSignature.Width)
            .Output("out_sample", TensorElementType.Float, "batch", 4, "height", "width")
            .External("first", first, 0, Side * Side, Side, Side)
            .External("second", second, Skipped, (Side - 1) * Side, Side - 1, Side)
            .Node("Mul", ["first", "timestep"], "first scaled")
            .Node("Mul", ["second", "timestep"], "second scaled")
            .Node("ReduceMean", ["first scaled"], "first mean", ("axes", new long[] { 0, 1 }), ("keepdims", 0L))
            .Node("ReduceMean", ["second scaled"], "second mean", ("axes", new long[] { 0, 1 }), ("keepdims", 0L))
            .Node("Add", ["first mean", "second mean"], "mean")
            .Node("Add", ["sample", "mean"], "out_sample")
            .Save(_folder.Combine("unet", "model.onnx"));
    }

    private void WriteWeights(string file, float value)
    {
        var path = _folder.Combine("unet", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var weights = new float[Side * Side];
        Array.Fill(weights, value);
        // Not to be read: the second matrix begins behind these.
        if (value == Second)
            Array.Fill(weights, float.NaN, 0, Skipped / sizeof(float));
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(weights));
    }

    private OnnxDiffusionModel Load() => OnnxDiffusionModel.Load(ModelFolder.Open(_folder.Path), new OnnxRuntimeOptions());

    private static float Answer(OnnxDiffusionModel model)
    {
        using var batch = model.CreateBatch(_shape, capacity: 1);
        batch.Sample(0).Fill(.5f);
        batch.SetTimestep(0, 10);
        batch.SetEmbedding(0, new float[model.Description.EmbeddingLength]);
        batch.Run(1, default);
        return batch.Output(0)[0];
    }
}
