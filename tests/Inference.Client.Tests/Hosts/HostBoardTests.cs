using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Resilience;

namespace Aigc.Inference.Client.Tests.Hosts;

public sealed class HostBoardTests
{
    private static readonly ResilienceOptions _exact = new() { Jitter = 0 };
    private static readonly Dictionary<int, TimeSpan> _anyTime = [];

    private readonly HostBoard _board = Board(["a", "b", "c"], new RemoteStagesOptions { Resilience = _exact });

    [Fact]
    public void TryTake_NothingInFlight_GoesRound() => Assert.Equal([0, 1, 2, 0, 1, 2], Enumerable.Range(0, 6).Select(_ =>
    {
        var lease = Take();
        _board.Release(lease);
        return lease.Host;
    }));

    [Fact]
    public void TryTake_CallsInFlight_TakesTheHostWithFewest()
    {
        HostLease[] leases = [Take(), Take(), Take(), Take()];
        _board.Release(leases[1]);
        Assert.Equal(1, Take().Host);
        Assert.Equal([0, 1, 2, 0], leases.Select(l => l.Host));
    }

    [Fact]
    public void Lost_Host_IsLeftOutUntilItsBackOffAndThenTriedByOneCallAlone()
    {
        Lose(Take(), 0);
        Assert.DoesNotContain(0, Enumerable.Range(0, 6).Select(_ => Take(249).Host));
        var probe = Take(250);
        Assert.Equal((0, true), (probe.Host, probe.Probe));
        Assert.DoesNotContain(0, Enumerable.Range(0, 6).Select(_ => Take(250).Host));
        _board.Answered(probe);
        Assert.Equal(0, Take(250).Host);
    }

    [Fact]
    public void Lost_ByManyCallsAtOnce_CountsOnce()
    {
        var leases = Enumerable.Range(0, 9).Select(_ => Take()).Where(l => l.Host == 0).ToArray();
        Assert.Equal(3, leases.Length);
        foreach (var lease in leases)
        {
            Lose(lease, 0);
        }

        Assert.Equal(0, Take(250).Host);
    }

    [Fact]
    public void Lost_AgainAndAgain_BackOffDoublesUpToTheLongest()
    {
        var now = 0.0;
        var waits = new List<double>();
        Lose(Take(), now);
        foreach (var i in Enumerable.Range(0, 7))
        {
            var next = _board.NextFree(OnlyFirst)!.Value.TotalMilliseconds;
            waits.Add(next - now);
            now = next;
            Lose(_board.TryTake(TimeSpan.FromMilliseconds(now), OnlyFirst, CallInputs.None)!.Value, now);
        }

        Assert.Equal([250, 500, 1000, 2000, 4000, 5000, 5000], waits);
    }

    [Fact]
    public void Lost_HostSaidWhenToComeBack_IsTriedThen()
    {
        var lease = Take();
        _board.Lost(lease, TimeSpan.Zero, "drains", spoke: true, TimeSpan.FromSeconds(9));
        _board.Release(lease);
        Assert.Equal(TimeSpan.FromSeconds(9), _board.NextFree(OnlyFirst));
        Assert.True(_board.EverAnswered);
    }

    [Fact]
    public void Release_ProbeWithoutAVerdict_LetsAnotherProbe()
    {
        Lose(Take(), 0);
        var probe = _board.TryTake(TimeSpan.FromMilliseconds(250), OnlyFirst, CallInputs.None)!.Value;
        Assert.True(probe.Probe);
        Assert.Null(_board.TryTake(TimeSpan.FromMilliseconds(250), OnlyFirst, CallInputs.None));
        _board.Release(probe);
        Assert.True(_board.TryTake(TimeSpan.FromMilliseconds(250), OnlyFirst, CallInputs.None)!.Value.Probe);
    }

    [Fact]
    public void Answered_ByACallFromBeforeTheLoss_DoesNotBringTheHostBack()
    {
        var early = Take();
        Take();
        Take();
        var later = Take();
        Assert.Equal((0, 0), (early.Host, later.Host));
        Lose(later, 0);
        _board.Answered(early);
        Assert.DoesNotContain(0, Enumerable.Range(0, 6).Select(_ => Take().Host));
    }

    [Fact]
    public void AllDown_EveryHostLost_SaysWhyOfEach()
    {
        foreach (var why in new[] { "refused", "drains", "lost" })
        {
            var lease = Take();
            _board.Lost(lease, TimeSpan.Zero, why, spoke: false, null);
            _board.Release(lease);
        }

        Assert.True(_board.AllDown);
        Assert.False(_board.EverAnswered);
        Assert.Equal("a (refused), b (drains), c (lost)", _board.Summary);
        Assert.Null(_board.TryTake(TimeSpan.Zero, _anyTime, CallInputs.None));
    }

    [Fact]
    public void TryTake_HostAsFullAsItMayBe_IsLeftOutUntilACallEnds()
    {
        var board = Board(["a"], new RemoteStagesOptions { CallsPerHost = 2 });
        var first = board.TryTake(TimeSpan.Zero, _anyTime, CallInputs.None)!.Value;
        board.TryTake(TimeSpan.Zero, _anyTime, CallInputs.None);
        Assert.Null(board.TryTake(TimeSpan.MaxValue - TimeSpan.FromTicks(1), _anyTime, CallInputs.None));
        Assert.Null(board.NextFree(_anyTime));
        Assert.False(board.AllDown);
        board.Release(first);
        Assert.NotNull(board.TryTake(TimeSpan.Zero, _anyTime, CallInputs.None));
    }

    [Fact]
    public void TryTake_HostThatDrainsOrIsSilent_IsTakenOnlyWhereThereIsNoOther()
    {
        _board.Heard(0, TimeSpan.Zero, Figures(0) with { Draining = true });
        _board.NotHeard(1, silent: true);
        Assert.Equal([2, 2, 2], Enumerable.Range(0, 3).Select(_ => Take().Host));
        _board.Leave(2, leaving: true);
        Assert.Equal([0, 1], Enumerable.Range(0, 2).Select(_ => Take().Host).Order());
    }

    [Fact]
    public void Heard_HostThatWasSilentAndLost_MayBeTriedAtOnce()
    {
        Lose(Take(), 0);
        _board.NotHeard(0, silent: true);
        Assert.Equal(TimeSpan.FromMilliseconds(250), _board.NextFree(OnlyFirst));
        Assert.True(_board.Heard(0, TimeSpan.FromMilliseconds(100), Figures(0)));
        Assert.Equal(TimeSpan.FromMilliseconds(100), _board.NextFree(OnlyFirst));
        // One that answers its watch and refuses calls keeps its back-off.
        Assert.False(_board.Heard(0, TimeSpan.FromMilliseconds(50), Figures(0)));
        Assert.Equal(TimeSpan.FromMilliseconds(100), _board.NextFree(OnlyFirst));
    }

    [Theory]
    [InlineData(3000, 1)]
    [InlineData(3001, 0)]
    public void TryTake_FiguresGrowOld_AreNoLongerGoneBy(double ms, int expected)
    {
        var board = new HostBoard(new RemoteStagesOptions { Resilience = _exact }, new LeastLoadedPolicy(), new Draws(1));
        board.Add("a");
        board.Add("b");
        board.Heard(0, TimeSpan.Zero, Figures(9));
        board.Heard(1, TimeSpan.Zero, Figures(1));
        Assert.Equal(expected, board.TryTake(TimeSpan.FromMilliseconds(ms), _anyTime, CallInputs.None)!.Value.Host);
    }

    [Fact]
    public void Leave_HostWithCalls_GetsNoMoreAndTheLastReleaseSaysSo()
    {
        var (first, second) = (Take(), Take());
        Assert.Equal(1, _board.Leave(0, leaving: true));
        Assert.Equal([2, 1, 2, 1], Enumerable.Range(0, 4).Select(_ => Take().Host));
        Assert.False(_board.Release(second));
        Assert.True(_board.Release(first));
        _board.Remove(0);
        // Whatever still comes of it is of no host.
        _board.Answered(first);
        _board.Lost(first, TimeSpan.Zero, "gone", spoke: false, null);
        Assert.False(_board.Release(first));
        Assert.Equal(3, _board.Add("d"));
        Assert.Equal(3, Take().Host);
    }

    [Fact]
    public void Leave_HostIsListedAgain_IsTakenAgain()
    {
        _board.Leave(0, leaving: true);
        _board.Leave(0, leaving: false);
        Assert.Equal(0, Take().Host);
    }

    [Fact]
    public void Holds_HostByItsAddressOrItsOwnName_IsKnownAndACallThatReadsNothingIsNeither()
    {
        var board = new HostBoard(new RemoteStagesOptions { Resilience = _exact }, new RoundRobinPolicy(), new Draws(1));
        board.Add("http://10.0.0.1:5001", "10.0.0.1:5001");
        foreach (var i in Enumerable.Range(0, 9))
            board.Named(0, $"pod-{i}");
        Assert.True(board.Holds(0, Reads("10.0.0.1:5001")));
        Assert.True(board.Holds(0, Reads("pod-8")));
        Assert.False(board.Holds(0, Reads("pod-1")));
        Assert.Null(board.Holds(0, CallInputs.None));
    }

    private static CallInputs Reads(string host) => new(new Dictionary<string, long> { [host] = 1 });

    private static HostFigures Figures(double queued) => new(queued, 1, 0, null, Draining: false);

    private static Dictionary<int, TimeSpan> OnlyFirst => new() { [1] = TimeSpan.MaxValue, [2] = TimeSpan.MaxValue };

    private static HostBoard Board(string[] names, RemoteStagesOptions options)
    {
        var board = new HostBoard(options, new RoundRobinPolicy(), new Draws(1));
        foreach (var name in names)
            board.Add(name);
        return board;
    }

    private HostLease Take(double ms = 0) => _board.TryTake(TimeSpan.FromMilliseconds(ms), _anyTime, CallInputs.None)!.Value;

    private void Lose(HostLease lease, double ms)
    {
        _board.Lost(lease, TimeSpan.FromMilliseconds(ms), "gone", spoke: false, null);
        _board.Release(lease);
    }
}
