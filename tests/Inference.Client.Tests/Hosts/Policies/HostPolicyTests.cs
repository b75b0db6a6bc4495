using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Hosts.Policies;

namespace Aigc.Inference.Client.Tests.Hosts.Policies;

public sealed class HostPolicyTests
{
    private static readonly LeastLoadedPolicy _leastLoaded = new();
    private static readonly LocalityPolicy _locality = new(TimeSpan.FromMilliseconds(20), 50e6);

    [Fact]
    public void RoundRobin_SomeHaveFewerCalls_IsTheFirstOfThose() =>
        Assert.Equal(1, new RoundRobinPolicy().Pick([Host(inFlight: 2), Host(inFlight: 1), Host(inFlight: 1)], CallInputs.None));

    [Fact]
    public void Weighted_HostsOfDifferentCapacity_GetCallsInThatProportion()
    {
        int[] calls = [0, 0, 0];
        for (var i = 0; i < 60; i++)
        {
            calls[new WeightedPolicy().Pick(
                [Host(calls[0], capacity: 300), Host(calls[1], capacity: 200), Host(calls[2], capacity: 100)], CallInputs.None)]++;
        }

        Assert.Equal([30, 20, 10], calls);
    }

    [Fact]
    public void Weighted_HostHasNotMeasured_CountsAsTheMean()
    {
        int[] calls = [0, 0, 0];
        for (var i = 0; i < 60; i++)
        {
            calls[new WeightedPolicy().Pick(
                [Host(calls[0], capacity: 300), Host(calls[1]), Host(calls[2], capacity: 100)], CallInputs.None)]++;
        }

        Assert.Equal([30, 20, 10], calls);
    }

    [Fact]
    public void Weighted_NoHostHasMeasured_SpreadsEvenly()
    {
        int[] calls = [0, 0];
        for (var i = 0; i < 10; i++)
            calls[new WeightedPolicy().Pick([Host(calls[0]), Host(calls[1])], CallInputs.None)]++;

        Assert.Equal([5, 5], calls);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData((3ul << 32) | 7)]
    [InlineData(ulong.MaxValue)]
    public void LeastLoaded_TwoHosts_IsTheLessLoadedWhateverIsDrawn(ulong draw) =>
        Assert.Equal(1, _leastLoaded.Pick([Host(queued: 3), Host(queued: 1)], CallInputs.None with { Draw = draw }));

    [Fact]
    public void LeastLoaded_ManyHosts_NeverPicksTheMostLoadedAndSharesTheRest()
    {
        HostCandidate[] hosts = [Host(queued: 1), Host(queued: 2), Host(queued: 3), Host(queued: 4)];
        var random = new Random(1);
        var calls = new int[4];
        for (var i = 0; i < 1000; i++)
            calls[_leastLoaded.Pick(hosts, CallInputs.None with { Draw = (ulong)random.NextInt64() })]++;

        Assert.Equal(0, calls[3]);
        // Each pair is as likely as another: half have the first in them, a third of the others the second.
        Assert.InRange(calls[0], 450, 550);
        Assert.InRange(calls[1], 280, 390);
        Assert.InRange(calls[2], 120, 220);
    }

    [Fact]
    public void LeastLoaded_CallsSentSinceTheFigures_CountWithWhatACallCosts() =>
        // Two seconds a picture: the three that were sent make the host with the shorter queue the longer.
        Assert.Equal(1, _leastLoaded.Pick([Host(queued: 2, running: 1, sentSince: 3), Host(queued: 6, running: 3)], CallInputs.None));

    [Fact]
    public void LeastLoaded_AllIdle_IsTheOneWithFewerCallsOfThisCaller() =>
        Assert.Equal(1, _leastLoaded.Pick([Host(inFlight: 2, queued: 0), Host(inFlight: 1, queued: 0)], CallInputs.None));

    [Fact]
    public void LeastLoaded_OneHostTellsNothing_IsRoundRobin() =>
        Assert.Equal(2, _leastLoaded.Pick([Host(inFlight: 1, queued: 0), Host(inFlight: 1, queued: 0), Host()], CallInputs.None));

    [Theory]
    [InlineData(0.5, 0.5, 1)]
    // 10 MB at 50 MB/s and 20 ms are 220 ms.
    [InlineData(0.5, 0.71, 1)]
    [InlineData(0.5, 0.73, 0)]
    public void Locality_HolderIsBusier_KeepsTheCallUnlessItsQueueCostsMoreThanTheDownload(double other, double holder, int picked) =>
        Assert.Equal(picked, _locality.Pick([Host(queued: other, name: "a"), Host(queued: holder, name: "b")], Reads("b", 10_000_000)));

    [Fact]
    public void Locality_InputsOnTwoHosts_IsTheOneThatHoldsMore() => Assert.Equal(
        1,
        _locality.Pick(
            [Host(queued: 1, name: "a"), Host(queued: 1, name: "b")],
            new CallInputs(new Dictionary<string, long> { ["a"] = 1, ["b"] = 2 })));

    [Fact]
    public void Locality_NoFigures_IsTheHolder() =>
        Assert.Equal(1, _locality.Pick([Host(name: "a"), Host(inFlight: 9, name: "b")], Reads("b", 1)));

    [Theory]
    [InlineData("c")]
    [InlineData(null)]
    public void Locality_NoCandidateHoldsAnything_IsLeastLoaded(string? holder) => Assert.Equal(
        1, _locality.Pick([Host(queued: 3, name: "a"), Host(queued: 1, name: "b")], holder is null ? CallInputs.None : Reads(holder, 1)));

    [Fact]
    public void BalancingWords_EachPolicy_IsReadBackAndAnUnknownOneNamesThem()
    {
        Assert.All(Enum.GetValues<Balancing>(), policy => Assert.Equal(policy, BalancingWords.Parse(BalancingWords.WordOf(policy))));
        var fault = Assert.Throws<Artifacts.FaultException>(() => BalancingWords.Parse("random"));
        Assert.Equal("balancing 'random' is unknown; known: round_robin, weighted, least_loaded, locality", fault.Message);
    }

    private static CallInputs Reads(string host, long bytes) => new(new Dictionary<string, long> { [host] = bytes });

    private static HostCandidate Host(
        int inFlight = 0, double? queued = null, double? capacity = null, int running = 0, int sentSince = 0, string name = "h") => new(
        [name],
        inFlight,
        sentSince,
        queued is null && capacity is null ? null : new HostFigures(queued ?? 0, running, 0, capacity, Draining: false));
}
