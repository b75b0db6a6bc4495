using Aigc.Inference.Models;

namespace Aigc.Inference.Tests.Models;

public sealed class GuidanceEmbeddingTests
{
    // By hand for a width of 4: frequencies 1 and 1/10,000; w = 1000 (guidance - 1).
    [Theory]
    [InlineData(1, 0, 0, 1, 1)]
    [InlineData(1.001f, 0.8415, 0.0001, 0.5403, 1)]
    [InlineData(11, -0.3056, 0.8415, -0.9522, 0.5403)]
    public void Write_Guidance_IsSinesThenCosines(float guidance, double sin1, double sin2, double cos1, double cos2)
    {
        var embedding = new float[4];
        GuidanceEmbedding.Write(guidance, embedding);
        double[] expected = [sin1, sin2, cos1, cos2];
        for (var i = 0; i < 4; i++)
            Assert.Equal(expected[i], embedding[i], 1e-3);
    }

    [Fact]
    public void Write_OddWidth_EndsWithZero()
    {
        var embedding = new float[] { 9, 9, 9, 9, 9 };
        GuidanceEmbedding.Write(3, embedding);
        Assert.Equal(0, embedding[4]);
        Assert.DoesNotContain(9, embedding);
    }
}
