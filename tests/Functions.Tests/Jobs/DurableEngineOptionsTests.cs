using Aigc.Functions.Jobs;

namespace Aigc.Functions.Tests.Jobs;

public sealed class DurableEngineOptionsTests
{
    [Theory]
    [InlineData(0, 15)]
    [InlineData(120, 15)]
    [InlineData(800, 100)]
    [InlineData(4000, 500)]
    [InlineData(600_000, 500)]
    public void WatchAfter_Unchanged_IsAnEighthOfItWithinBounds(int unchangedMs, int waitMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(waitMs), new DurableEngineOptions().WatchAfter(TimeSpan.FromMilliseconds(unchangedMs)));
}
