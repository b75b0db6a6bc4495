using Aigc.Functions.Activities;

namespace Aigc.Functions.Tests.Activities;

public sealed class ProgressThrottleTests
{
    private const int Alone = 100;

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(400, 600)]
    [InlineData(1000, 0)]
    [InlineData(5000, 0)]
    public void Wait_NothingSentYet_IsTheRestOfTheFirstSecond(int elapsedMs, int waitMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(waitMs), new ProgressThrottle(Alone).Wait(TimeSpan.FromMilliseconds(elapsedMs)));

    [Theory]
    [InlineData(0.999, 0)]
    [InlineData(5, 5)]
    [InlineData(10, 10)]
    [InlineData(60, 27)]
    [InlineData(600, 49)]
    [InlineData(7200, 73)]
    [InlineData(1e9, 100)]
    public void Wait_CallThatAlwaysHasNews_ReportsSoOften(double seconds, int reports) =>
        Assert.InRange(Reports(Alone, seconds).Count, Math.Max(0, reports - 1), reports + 1);

    [Fact]
    public void Wait_CallThatAlwaysHasNews_LeavesASecondAndATenthOfItsTimeBetween()
    {
        var reports = Reports(Alone, 7200);

        foreach (var (before, after) in reports.Zip(reports.Skip(1)))
            Assert.True(after - before >= Math.Max(1, after / 10) - 1e-3, $"{before} {after}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    public void Wait_ShareIsUsedUp_IsNever(int share) => Assert.InRange(Reports(share, 1e9).Count, 0, share);

    [Fact]
    public void Wait_ShareOfEight_LastsForHours() => Assert.InRange(Reports(8, 3 * 3600).Count, 5, 8);

    [Theory]
    [InlineData(1, 1, 100)]
    [InlineData(8, 64, 64)]
    [InlineData(8, 4096, 1)]
    [InlineData(1, 4096, 0)]
    public void ShareOf_Call_IsItsPartOfTheJobs(int pictures, int all, int share)
    {
        Assert.Equal(share, ProgressThrottle.ShareOf(pictures, all));
        Assert.InRange((long)share * all / pictures, 0, ProgressThrottle.MostOfJob);
    }

    private static List<double> Reports(int share, double seconds)
    {
        var throttle = new ProgressThrottle(share);
        var (now, reports) = (TimeSpan.Zero, new List<double>());
        while (throttle.Wait(now) is { } wait && (now += wait).TotalSeconds <= seconds)
        {
            throttle.Sent(now);
            reports.Add(now.TotalSeconds);
        }

        return reports;
    }
}
