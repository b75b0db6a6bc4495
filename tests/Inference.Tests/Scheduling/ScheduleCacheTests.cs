using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

public sealed class ScheduleCacheTests
{
    private readonly ScheduleCache _cache = new(new SchedulerConfig());

    [Fact]
    public void Get_SameKeyAgain_SharesTheSchedule()
    {
        var (scheduler, schedule) = _cache.Get("ddim", 20, 0);
        Assert.Equal((scheduler, schedule), _cache.Get("ddim", 20, 0));
        Assert.NotSame(schedule, _cache.Get("ddim", 20, 5).Schedule);
        Assert.Equal(40, _cache.Steps);
    }

    [Fact]
    public void Get_EverNewLongSchedules_KeepsABoundedNumberOfStepsInAll()
    {
        for (var begin = 0; begin < 100; begin++)
        {
            Assert.Equal(begin, _cache.Get("ddim", 1000, begin).Schedule.Begin);
            Assert.InRange(_cache.Steps, 1000, ScheduleCache.MostSteps);
        }
    }
}
