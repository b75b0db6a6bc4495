using Aigc.Benchmarks.Scaling;

namespace Aigc.Infra.Tests.Scaling;

public sealed class AutoscalerTests
{
    private static readonly ScaleRule _rule = new(JobsPerReplica: 4, MaxReplicas: 10, CooldownSeconds: 60);

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(100, 0, 1)]
    [InlineData(100, 1, 4)]
    [InlineData(100, 4, 8)]
    [InlineData(100, 8, 10)]
    [InlineData(5, 1, 2)]
    public void Decide_MoreIsWanted_GrowsInThePlatformsSteps(int jobs, int replicas, int expected) =>
        Assert.Equal(expected, new Autoscaler(_rule, new Platform()).Decide(0, jobs, replicas));

    [Fact]
    public void Decide_NoWork_EndsTheLastOnlyAfterTheCooldown()
    {
        var scaler = new Autoscaler(_rule, new Platform());

        Assert.Equal(1, scaler.Decide(0, 1, 0));
        Assert.Equal(1, scaler.Decide(59, 0, 1));
        Assert.Equal(0, scaler.Decide(60, 0, 1));
    }

    [Fact]
    public void Decide_LessIsWanted_WaitsUntilItWasSoForTheWholeWindow()
    {
        var scaler = new Autoscaler(_rule, new Platform { StabilizationSeconds = 300 });

        Assert.Equal(4, scaler.Decide(0, 16, 4));
        Assert.Equal(4, scaler.Decide(15, 4, 4));
        Assert.Equal(4, scaler.Decide(300, 4, 4));
        Assert.Equal(1, scaler.Decide(301, 4, 4));
    }

    [Fact]
    public void Decide_FewestReplicas_StayWithoutWork() =>
        Assert.Equal(2, new Autoscaler(_rule with { MinReplicas = 2 }, new Platform()).Decide(10_000, 0, 2));
}
