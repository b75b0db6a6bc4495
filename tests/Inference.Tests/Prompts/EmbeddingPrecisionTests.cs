using Aigc.Inference.Prompts;

namespace Aigc.Inference.Tests.Prompts;

public sealed class EmbeddingPrecisionTests
{
    [Fact]
    public void Round_WithinFloat16_RoundsEachToTheNearest()
    {
        float[] numbers = [0, 1 / 3f, -2.7182817f, 65_504, 1e-7f, 1e-9f, 2049];
        Assert.True(EmbeddingPrecision.Round(numbers));
        // Between 2048 and 4096 float16 has the even numbers alone, and a tie goes to the even half of them.
        Assert.Equal([0, (float)(Half)(1 / 3f), (float)(Half)(-2.7182817f), 65_504, (float)(Half)1e-7f, 0, 2048], numbers);
    }

    [Fact]
    public void Round_Twice_ChangesNothing()
    {
        var random = new Random(1);
        float[] numbers = [.. Enumerable.Range(0, 1000).Select(_ => random.NextSingle() * 100 - 50)];
        EmbeddingPrecision.Round(numbers);
        float[] once = [.. numbers];
        EmbeddingPrecision.Round(numbers);
        Assert.Equal(once, numbers);
    }

    [Theory]
    [InlineData(65_520)]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Round_OneBeyondFloat16_LeavesAllAsTheyAre(float beyond)
    {
        float[] numbers = [1 / 3f, beyond];
        Assert.False(EmbeddingPrecision.Round(numbers));
        Assert.Equal([1 / 3f, beyond], numbers);
    }
}
