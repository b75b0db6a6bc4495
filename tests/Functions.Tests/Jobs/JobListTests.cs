using Aigc.Functions.Jobs;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Functions.Tests.Jobs;

public sealed class JobListTests
{
    [Fact]
    public async Task List_JobsOfManyWeeks_ComeNewestFirstAPageAtATime()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(100));
        await using var host = new AppHost(options: new InMemoryDurableOptions { TimeProvider = clock, FireTimersAtOnce = true });
        var ids = new List<string>();
        foreach (var daysUntilNext in (double[])[50, 0.001, 30, 18, 1.99, 0.0001, 0])
        {
            ids.Insert(0, (await host.RunAsync(TestJobs.Of(1))).Id);
            clock.Advance(TimeSpan.FromDays(daysUntilNext));
        }

        Assert.Equal([2, 2, 2, 1], await FollowAsync(host.Engine, ids));
    }

    [Fact]
    public async Task List_FewInTheStateAskedFor_LooksAtABoundedNumberAPage()
    {
        await using var host = new AppHost();
        for (var i = 0; i < 5; i++)
            await host.RunAsync(TestJobs.Of(1));
        var engine = new DurableEngine(
            host.Durable.Client, host.Store, host.Stages, host.Planner, host.Options with { MaxListed = 2 }, TimeProvider.System);

        Assert.Equal([0, 0, 0], await FollowAsync(engine, [], JobState.Failed));
    }

    private static async Task<List<int>> FollowAsync(DurableEngine engine, List<string> expected, JobState? state = null)
    {
        var (seen, sizes) = (new List<string>(), new List<int>());
        string? next = null;
        do
        {
            var page = await engine.ListAsync(state, limit: 2, next);
            seen.AddRange(page.Jobs.Select(job => job.Id));
            sizes.Add(page.Jobs.Count);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(expected, seen);
        return sizes;
    }
}
