using Aigc.Inference.Noise;

namespace Aigc.Inference.Tests.Noise;

public sealed class NormalQuantileTests
{
    [Theory]
    [InlineData(1.1641532182693481e-10, -6.337957754553789)]
    [InlineData(1e-09, -5.9978070150076865)]
    [InlineData(0.0001, -3.71901648545568)]
    [InlineData(0.01, -2.3263478740408408)]
    [InlineData(0.074999, -1.4395385353452304)]
    [InlineData(0.075001, -1.4395244066035215)]
    [InlineData(0.3, -0.5244005127080407)]
    [InlineData(0.5, 0.0)]
    [InlineData(0.6, 0.2533471031357998)]
    [InlineData(0.925001, 1.4395385353452304)]
    [InlineData(0.99, 2.3263478740408408)]
    [InlineData(0.9999, 3.7190164854557084)]
    public void Of_Probability_GivesThePercentagePoint(double probability, double expected)
    {
        Assert.Equal(expected, NormalQuantile.Of(probability), 1e-14 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Of_MirroredProbabilities_GivesMirroredPoints()
    {
        for (var i = 1; i < 512; i++) Assert.Equal(-NormalQuantile.Of(i / 1024.0), NormalQuantile.Of(1 - i / 1024.0));
    }

    [Fact]
    public void Log_AnyNumber_IsWithinTwoUnitsOfTheLastPlace()
    {
        for (var value = 1e-10; value < 1e10; value *= 1.37)
            Assert.Equal(Math.Log(value), NormalQuantile.Log(value), 5e-16 * Math.Max(1, Math.Abs(Math.Log(value))));
        Assert.Equal(0, NormalQuantile.Log(1));
    }
}
