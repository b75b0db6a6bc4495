using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Tests.Plans;

public sealed class AdaptivePlannerTests
{
    private static readonly EngineCapabilities _capabilities =
        TestCapabilities.Tiny with { PreferredBatch = 4, DefaultSteps = 8, DefaultGuidance = 1 };

    private readonly StageCosts _costs = new();
    private LoadReading _load = LoadReading.Unknown;

    [Fact]
    public void Decide_NothingLearned_IsThePlainDecision()
    {
        _load = Load([0, 0, 0, 0]);
        Assert.Equal(Plain(4), Planner().Decide(Job(4), _capabilities));
    }

    [Fact]
    public void Decide_OneHost_IsThePlainDecisionWhateverWasLearned()
    {
        Learn();
        _load = Load([3]);
        Assert.Equal(Plain(4), Planner().Decide(Job(4), _capabilities));
        _load = LoadReading.Unknown;
        Assert.Equal(Plain(4), Planner().Decide(Job(4), _capabilities));
    }

    [Theory]
    [InlineData(ChainPlan.Fused)]
    [InlineData(ChainPlan.Split)]
    [InlineData(ChainPlan.Staged)]
    public void Decide_PlanIsForced_IsHonoured(ChainPlan plan)
    {
        Learn();
        _load = Load([9, 9], [0, 0]);
        var decision = Planner().Decide(Job(4) with { Plan = plan }, _capabilities);
        Assert.Equal(new PlanDecision(plan, "the request names it", 4), decision);
    }

    [Fact]
    public void Decide_HostsIdle_SpreadsPicturesOverThem()
    {
        Learn();
        _load = Load([0, 0, 0, 0]);
        var decision = Planner().Decide(Job(4), _capabilities);
        Assert.Equal((ChainPlan.Fused, 1), (decision.Plan, decision.GroupSize));
    }

    [Fact]
    public void Decide_HopsDearerThanSpreadingGains_KeepsPicturesTogether()
    {
        // A step costs the same however many rows it has, so that there is nothing to gain.
        for (var i = 0; i < 10; i++)
        {
            _costs.Learn(StageCostsTests.Call(stepMs: 10, pictures: 1, enhanceMs: .01, asideMs: .01));
            _costs.Learn(StageCostsTests.Call(stepMs: 10, pictures: 4, enhanceMs: .01, asideMs: .01));
        }

        _load = Load([0, 0, 0, 0]);
        var decision = Planner().Decide(Job(4), _capabilities);
        Assert.Equal((ChainPlan.Fused, 4), (decision.Plan, decision.GroupSize));
    }

    [Fact]
    public void Decide_HostsBusyAndEnhancersIdle_Splits()
    {
        Learn();
        _load = Load([4, 4], [0, 0]);
        var planner = Planner();
        Assert.Equal(ChainPlan.Split, planner.Decide(Job(4), _capabilities).Plan);
    }

    [Fact]
    public void Decide_EnhancersStarved_Fuses()
    {
        Learn();
        _load = Load([0, 0], [20]);
        Assert.Equal(ChainPlan.Fused, Planner().Decide(Job(4), _capabilities).Plan);
    }

    [Fact]
    public void Decide_LoadShifts_FollowsAfterSeveralDecisionsAndNotBefore()
    {
        Learn();
        _load = Load([0, 0], [20]);
        var planner = Planner();
        Assert.Equal(ChainPlan.Fused, planner.Decide(Job(4), _capabilities).Plan);
        _load = Load([6, 6], [0, 0, 0, 0]);
        var plans = Enumerable.Range(0, 3).Select(_ => planner.Decide(Job(4), _capabilities)).ToArray();
        Assert.Equal([ChainPlan.Fused, ChainPlan.Fused, ChainPlan.Split], plans.Select(p => p.Plan));
        Assert.Contains("kept although split", plans[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_Burst_CountsItsOwnDecisionsIn()
    {
        Learn();
        _load = Load([0, 0], [0]);
        var planner = Planner();
        var reasons = Enumerable.Range(0, 10).Select(_ => Completion(planner.Decide(Job(4), _capabilities))).ToArray();
        // The snapshot is the same, and yet each waits for those before it.
        Assert.True(reasons[9] > 2 * reasons[0], string.Join(", ", reasons));
        _load = new LoadReading(_load.Load, TimeSpan.FromSeconds(60));
        Assert.True(Completion(planner.Decide(Job(4), _capabilities)) < reasons[5]);
    }

    [Fact]
    public void Decide_Chosen_SaysWhyInOneSentenceWithNumbers()
    {
        Learn();
        _load = Load([0, 0, 0], [0]);
        var reason = Planner().Decide(Job(4), _capabilities).Reason;
        Assert.Matches(
            @"^estimated at \d+ ms and \d+ ms of delay to others on 3 hosts and 1 that only enhance, "
            + @"in all \d+ ms against (fused|split) \d+ ms and staged \d+ ms",
            reason);
        Assert.InRange(reason.Length, 1, 300);
    }

    [Fact]
    public void Decide_SameHistory_GivesTheSameDecisions()
    {
        string Run()
        {
            var (costs, random) = (new StageCosts(), new Random(5));
            var planner = new AdaptivePlanner(costs, () => _load);
            var decisions = new List<PlanDecision>();
            for (var i = 0; i < 300; i++)
            {
                planner.Learn(StageCostsTests.Call(stepMs: random.Next(5, 40), pictures: random.Next(1, 5), size: 64 * random.Next(1, 9)));
                _load = Load([random.Next(5), random.Next(5)], [random.Next(9)]);
                decisions.Add(planner.Decide(Job(random.Next(1, 9)), _capabilities));
            }

            return string.Join("\n", decisions);
        }

        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Decide_JobsOfMoreKindsThanThereIsRoomFor_GoesOn()
    {
        Learn();
        _load = Load([1, 2], [1]);
        var planner = new AdaptivePlanner(_costs, () => _load, new AdaptivePlannerOptions { MostKinds = 4 });
        for (var i = 1; i <= 64; i++)
            Assert.InRange(planner.Decide(Job(i), _capabilities).GroupSize, 1, 4);
    }

    [Theory]
    [InlineData(1, 4, 4, new[] { 4 })]
    [InlineData(2, 4, 4, new[] { 4, 1 })]
    [InlineData(4, 4, 4, new[] { 4, 2, 1 })]
    [InlineData(64, 4, 2, new[] { 4 })]
    [InlineData(8, 1, 2, new[] { 1 })]
    [InlineData(512, 0, 2, new[] { 1 })]
    public void GroupSizes_OfPictures_AreThePreferredBatchAndHalvesOfIt(int pictures, int preferred, int hosts, int[] sizes) =>
        Assert.Equal(sizes, AdaptivePlanner.GroupSizes(pictures, preferred, hosts));

    private static LoadReading Load(double[] hosts, double[]? enhancers = null) => new(
        new LoadSnapshot([.. hosts.Select((s, i) => new HostLoad($"host:{i}", s))])
        {
            Enhancers = [.. (enhancers ?? []).Select((s, i) => new HostLoad($"enhancer:{i}", s))],
        },
        TimeSpan.Zero);

    private static GenerationJob Job(int count) =>
        new([new GenerationRequest { Prompt = "a red circle", Seed = 1, Count = count, Width = 512, Height = 512 }]);

    private static PlanDecision Plain(int group) => ChainPlanner.Decide(new GenerationJob([]), _capabilities) with { GroupSize = group };

    private static double Completion(PlanDecision decision) =>
        double.Parse(decision.Reason.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);

    private AdaptivePlanner Planner() => new(_costs, () => _load);

    private void Learn()
    {
        for (var i = 0; i < 10; i++)
        {
            _costs.Learn(StageCostsTests.Call(stepMs: 30, pictures: 1, enhanceMs: 60));
            _costs.Learn(StageCostsTests.Call(stepMs: 60, pictures: 4, enhanceMs: 60));
            _costs.Learn(new CallSample(StageNames.Find, 3, []));
        }
    }
}
