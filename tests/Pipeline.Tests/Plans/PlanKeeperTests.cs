using Aigc.Pipeline.Plans;

namespace Aigc.Pipeline.Tests.Plans;

public sealed class PlanKeeperTests
{
    private readonly PlanKeeper _keeper = new(margin: .1, patience: 3);

    [Fact]
    public void Choose_NothingKept_TakesTheLeast() => Assert.Equal(ChainPlan.Split, Choose(fused: 100, split: 90));

    [Fact]
    public void Choose_BetterByLessThanTheMargin_KeepsForEver()
    {
        Choose(fused: 90, split: 100);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(ChainPlan.Fused, Choose(fused: 100, split: 91)));
    }

    [Fact]
    public void Choose_BetterByTheMargin_ChangesTheThirdTimeRunning()
    {
        Choose(fused: 90, split: 100);
        Assert.Equal(
            [ChainPlan.Fused, ChainPlan.Fused, ChainPlan.Split, ChainPlan.Split],
            Enumerable.Range(0, 4).Select(_ => Choose(fused: 100, split: 50)));
    }

    [Fact]
    public void Choose_OneDecisionBetween_StartsTheCountAgain()
    {
        Choose(fused: 90, split: 100);
        for (var i = 0; i < 30; i++)
            Assert.Equal(ChainPlan.Fused, Choose(fused: 100, split: i % 3 == 2 ? 95 : 50));
    }

    [Fact]
    public void Choose_KeptIsNoChoiceAnyMore_TakesTheLeast()
    {
        Choose(fused: 90, split: 100);
        var estimate = Estimate(ChainPlan.Staged, 500);
        Assert.Same(estimate, _keeper.Choose([estimate]).Chosen);
    }

    // Property: whatever the figures, two changes are at least as many decisions apart as patience says.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Choose_AnyFigures_NeverFlaps(int seed)
    {
        var random = new Random(seed);
        var (last, changedAt) = (Choose(random.Next(1, 1000), random.Next(1, 1000)), 0);
        for (var i = 1; i < 5000; i++)
        {
            var chosen = Choose(random.Next(1, 1000), random.Next(1, 1000));
            if (chosen == last)
                continue;
            Assert.True(i - changedAt >= 3, $"changed at {changedAt} and again at {i}");
            (last, changedAt) = (chosen, i);
        }
    }

    // Property: noise within the margin changes nothing.
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Choose_NoiseWithinTheMargin_NeverChanges(int seed)
    {
        var random = new Random(seed);
        var first = Choose(100, 100);
        for (var i = 0; i < 5000; i++)
            Assert.Equal(first, Choose(95 + 10 * random.NextDouble(), 95 + 10 * random.NextDouble()));
    }

    private static PlanEstimate Estimate(ChainPlan plan, double ms) => new(plan, 4, ms, 0, [], []);

    private ChainPlan Choose(double fused, double split) =>
        _keeper.Choose([Estimate(ChainPlan.Fused, fused), Estimate(ChainPlan.Split, split)]).Chosen.Plan;
}
