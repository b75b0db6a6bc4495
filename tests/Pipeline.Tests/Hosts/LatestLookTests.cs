using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Plans;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Pipeline.Tests.Hosts;

public sealed class LatestLookTests : IHostMonitor
{
    private readonly FakeTimeProvider _time = new();
    private readonly LatestLook _look;
    private TaskCompletionSource<IReadOnlyList<HostReport>> _answer = new();
    private int _looks;

    public LatestLookTests() => _look = new LatestLook(this, _time);

    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken)
    {
        _looks++;
        return new ValueTask<IReadOnlyList<HostReport>>(_answer.Task);
    }

    [Fact]
    public void Look_FirstLookUnderWay_IsUnknownAtOnce()
    {
        Assert.Same(LoadSnapshot.Unknown, _look.Look().Load);
        Assert.Same(LoadSnapshot.Unknown, _look.Look().Load);
        Assert.Equal(1, _looks);
    }

    [Fact]
    public void Look_Answered_LeavesOutHostsThatTakeNoWork()
    {
        _look.Look();
        Answer(
            Report("http://a:1", 2),
            Report("http://b:1", 1) with { State = HostCondition.Draining },
            Report("http://c:1", 0) with { State = HostCondition.Down });
        Assert.Equal([new HostLoad("a:1", 2)], _look.Look().Load.Hosts);
    }

    [Fact]
    public void Look_WithinASecond_IsTheSameObjectWithItsAge()
    {
        _look.Look();
        Answer(Report("http://a:1", 2));
        var first = _look.Look();
        _time.Advance(TimeSpan.FromMilliseconds(900));
        var second = _look.Look();
        Assert.Same(first.Load, second.Load);
        Assert.Equal(TimeSpan.FromMilliseconds(900), second.Age);
        Assert.Equal(1, _looks);
    }

    [Fact]
    public void Look_AfterASecond_StartsAnotherForThoseWhoComeLater()
    {
        _look.Look();
        Answer(Report("http://a:1", 2));
        _look.Look();
        _answer = new TaskCompletionSource<IReadOnlyList<HostReport>>();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _look.Look().Load.Hosts[0].QueuedSeconds);
        Assert.Equal(2, _looks);
        Answer(Report("http://a:1", 7));
        Assert.Equal(7, _look.Look().Load.Hosts[0].QueuedSeconds);
    }

    [Fact]
    public void Look_FiguresOlderThanFiveSeconds_TakesTheHostsForIdle()
    {
        _look.Look();
        Answer(Report("http://a:1", 2));
        _look.Look();
        _answer = new TaskCompletionSource<IReadOnlyList<HostReport>>();
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([new HostLoad("a:1", 0)], _look.Look().Load.Hosts);
        Assert.Same(_look.Look().Load, _look.Look().Load);
    }

    [Fact]
    public void Look_LookFails_KeepsWhatWasSeenAndLooksAgain()
    {
        _look.Look();
        Answer(Report("http://a:1", 2));
        _look.Look();
        _answer = new TaskCompletionSource<IReadOnlyList<HostReport>>();
        _time.Advance(TimeSpan.FromSeconds(1));
        _look.Look();
        _answer.SetException(new InvalidOperationException("no look"));
        Assert.Equal(2, _look.Look().Load.Hosts[0].QueuedSeconds);
        _time.Advance(TimeSpan.FromSeconds(1));
        _look.Look();
        Assert.Equal(3, _looks);
    }

    private static HostReport Report(string name, double queued) => new(name, HostCondition.Up) { QueuedSeconds = queued };

    private void Answer(params HostReport[] reports) => _answer.SetResult(reports);
}
