using Aigc.Inference.Models;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>On the CPU provider no kernel of the shipped model's denoiser lets a row depend on how many others share its run.</summary>
public sealed class BatchSizeTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    private const int MaxRows = 16;

    [Theory]
    [InlineData(16, 16)]
    [InlineData(9, 17)]
    public void Run_AnyNumberOfRowsAndAnyPlaceAmongThem_GivesARowTheSameBits(int height, int width)
    {
        var shape = new LatentShape(4, height, width);
        using var batch = shipped.Model.CreateBatch(shape, MaxRows);
        var inputs = Enumerable.Range(0, MaxRows).Select(seed => new Random(seed)).Select(random => (
            Sample: Numbers(random, shape.Length),
            Timestep: random.Next(1000),
            Embedding: Numbers(random, shipped.Model.Description.EmbeddingLength))).ToArray();
        var alone = inputs.Select((_, i) => Outputs([i])[0]).ToArray();
        for (var rows = 2; rows <= MaxRows; rows++)
        {
            // Each row comes to stand at the front, in the middle and at the end.
            foreach (var turn in new[] { 0, 1, rows / 2 })
            {
                int[] order = [.. Enumerable.Range(0, rows).Select(row => (row + turn) % rows)];
                var outputs = Outputs(order);
                for (var row = 0; row < rows; row++)
                    Assert.True(alone[order[row]].AsSpan().SequenceEqual(outputs[row]), $"row {row} of {rows} differs");
            }
        }

        float[][] Outputs(int[] order)
        {
            for (var row = 0; row < order.Length; row++)
            {
                var (sample, timestep, embedding) = inputs[order[row]];
                sample.CopyTo(batch.Sample(row));
                batch.SetTimestep(row, timestep);
                batch.SetEmbedding(row, embedding);
            }

            batch.Run(order.Length, default);
            return [.. Enumerable.Range(0, order.Length).Select(row => batch.Output(row).ToArray())];
        }
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
}
