using Aigc.Inference.Client.Resilience;

namespace Aigc.Inference.Client.Tests.Resilience;

public sealed class LatencyWindowTests
{
    [Fact]
    public void Slow_FewerThanTwentyCalls_IsNotKnown() => Assert.Null(Of(Enumerable.Range(1, 19)).Slow());

    [Fact]
    public void Slow_TwentyCalls_IsWhatNineteenTookAtMost() =>
        Assert.Equal(TimeSpan.FromSeconds(19), Of(Enumerable.Range(1, 20).Reverse()).Slow());

    [Fact]
    public void Slow_AllCallsAreShort_IsNotBelowFiftyMilliseconds() =>
        Assert.Equal(TimeSpan.FromMilliseconds(50), Of(Enumerable.Repeat(0, 20)).Slow());

    [Fact]
    public void Slow_ManyCalls_ForgetsTheFirst() =>
        Assert.Equal(TimeSpan.FromSeconds(1), Of(Enumerable.Repeat(9, 200).Concat(Enumerable.Repeat(1, 128))).Slow());

    private static LatencyWindow Of(IEnumerable<int> seconds)
    {
        var window = new LatencyWindow();
        foreach (var length in seconds)
            window.Add(TimeSpan.FromSeconds(length));
        return window;
    }
}
