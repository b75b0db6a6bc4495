using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;
using Aigc.TestKit;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

public sealed class GraphSignatureTests : IDisposable
{
    private const TensorElementType Int32 = TensorElementType.Int32;
    private const TensorElementType Int64 = TensorElementType.Int64;
    private const TensorElementType Single = TensorElementType.Float;
    private const TensorElementType Half = TensorElementType.Float16;

    private static readonly LatentShape _shape = new(4, 2, 3);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<GraphSignature> Signatures =>
    [
        new(Int32, Single, Single, ["batch"]),
        new(Int64, Single, Int64, ["batch"]),
        new(Int64, Half, Int64, ["batch"]),
        new(Int32, Half, Half, ["batch"]),
        new(Int64, Single, Int64, []),
        new(Int32, Half, Single, []),
        new(Int64, Single, Int64, [1]),
        new(Int64, Single, TensorElementType.Double, ["batch"]),
        new(Int64, Single, Int32, ["batch"]),
    ];

    [Theory]
    [MemberData(nameof(Signatures))]
    public void EncodeText_AnySignature_EmbedsEachPrompt(GraphSignature signature)
    {
        using var model = Load(signature);
        var (one, two) = (new int[77], new int[77]);
        (one[3], two[3]) = (2, 5);
        var embeddings = new[] { one, two }.Select(ids => model.EncodeText([new TokenizedPrompt(ids, 77, null)], default)).ToArray();
        const int At = 3 * GraphSignature.Width + 1;
        Assert.Equal(.004f, embeddings[0][At], 1e-4f);
        Assert.Equal(.010f, embeddings[1][At], 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Signatures))]
    public void Run_RowsOfSeveralTimesteps_EachGetsItsOwn(GraphSignature signature)
    {
        using var model = Load(signature);
        using var batch = model.CreateBatch(_shape, capacity: 4);
        float[] timesteps = [900, 900, 41, 7];
        for (var round = 0; round < 2; round++)
        {
            for (var row = 0; row < 4; row++)
            {
                batch.Sample(row).Fill(row + round);
                batch.SetTimestep(row, timesteps[row]);
                var embedding = new float[77 * GraphSignature.Width];
                Array.Fill(embedding, row * .25f);
                batch.SetEmbedding(row, embedding);
            }

            // Fewer rows the second time: the same memory, bound anew.
            var rows = 4 - round;
            batch.Run(rows, default);
            for (var row = 0; row < rows; row++)
            {
                var expected = (row + round) / 2f + timesteps[row] / 100 + row * .25f;
                foreach (var value in batch.Output(row))
                    Assert.Equal(expected, value, 1e-2f);
            }
        }
    }

    [Fact]
    public void Run_TimestepBetweenTwo_AnIntegerGraphIsToldTheNearest()
    {
        using var model = Load(new(Int64, Single, Int64, ["batch"]));
        using var batch = model.CreateBatch(_shape, capacity: 1);
        batch.SetTimestep(0, 99.6f);
        batch.SetEmbedding(0, new float[77 * GraphSignature.Width]);
        batch.Run(1, default);
        Assert.Equal(1f, batch.Output(0)[0], 1e-6f);
    }

    [Theory]
    [InlineData(Single)]
    [InlineData(Half)]
    public void Decode_Latent_IsDividedByTheScalingFactorAndGrown(TensorElementType real)
    {
        using var model = Load(new(Int32, real, Single, ["batch"]));
        var latent = new float[_shape.Length];
        latent[0] = .18215f; // red of the first cell at its most
        var picture = model.Decode(latent, _shape, default);
        Assert.Equal((24, 16), (picture.Width, picture.Height));
        Assert.Equal<byte>([255, 128, 128, 255], picture.Rgba[..4].ToArray());
        Assert.Equal<byte>([128, 128, 128, 255], picture.Rgba.Slice(8 * 4, 4).ToArray());
    }

    [Fact]
    public void Load_NoModelConfig_HasStableDiffusionsDefaults()
    {
        using var model = Load(new(Int32, Single, Single, ["batch"]));
        Assert.Equal(new ModelDescription(Path.GetFileName(_folder.Path), 77, GraphSignature.Width, 4, 8, 512, 0), model.Description);
    }

    private OnnxDiffusionModel Load(GraphSignature signature)
    {
        signature.Write(_folder.Path);
        return OnnxDiffusionModel.Load(ModelFolder.Open(_folder.Path), new OnnxRuntimeOptions());
    }
}
