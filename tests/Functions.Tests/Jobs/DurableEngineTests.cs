using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Tests.Jobs;

public sealed class DurableEngineTests
{
    private static readonly GenerationJob _unseeded = new([new GenerationRequest { Prompt = "a fox" }]);

    [Fact]
    public async Task Start_SameKeyAndJob_FindsTheFirst()
    {
        await using var host = new AppHost();

        var (first, created) = await host.Engine.StartAsync(_unseeded, "key", default);
        await host.DoneAsync(first.Id);
        var (second, again) = await host.Engine.StartAsync(_unseeded, "key", default);

        Assert.True(created);
        Assert.False(again);
        Assert.Equal((first.Id, 42L), (second.Id, second.Job.Requests[0].Seed));
        Assert.Single(host.Stages.Calls);
    }

    [Fact]
    public async Task Start_SameKeyOtherJob_IsRefused()
    {
        await using var host = new AppHost();
        await host.Engine.StartAsync(_unseeded, "key", default);

        await Assert.ThrowsAsync<IdempotencyConflictException>(() => host.Engine.StartAsync(TestJobs.Of(2), "key", default));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(0)]
    public async Task Start_CountNoJobMayHave_IsRefusedWithOrWithoutAHost(int count)
    {
        await using var host = new AppHost();

        var described = await Assert.ThrowsAsync<FaultException>(() => host.Engine.StartAsync(TestJobs.Of(count)));
        host.Stages.DescribeFault = () => new FaultException(FaultKind.Unavailable, "no host answers");
        var undescribed = await Assert.ThrowsAsync<FaultException>(() => host.Engine.StartAsync(TestJobs.Of(count)));

        Assert.Equal((FaultKind.BadRequest, FaultKind.BadRequest), (described.Kind, undescribed.Kind));
        Assert.Empty(host.Durable.Client.GetAllInstancesAsync().ToBlockingEnumerable());
    }

    [Fact]
    public async Task Start_HostRefusesItsSizeLater_FailsWithTheFault()
    {
        await using var host = new AppHost();
        var asked = 0;
        host.Stages.DescribeFault = () => asked++ == 0 ? new FaultException(FaultKind.Unavailable, "no host answers") : null;

        var status = await host.RunAsync(new GenerationJob([new GenerationRequest { Prompt = "a fox", Width = 9 }]));

        Assert.Equal((JobState.Failed, FaultKind.BadRequest), (status.State, status.Fault!.Kind));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../x")]
    [InlineData("A B")]
    public async Task GetStatus_UnknownJob_IsNull(string id)
    {
        await using var host = new AppHost();

        Assert.Null(await host.Engine.GetStatusAsync(id));
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<FaultException>(() => host.Engine.CancelAsync(id))).Kind);
    }

    [Fact]
    public async Task List_JobsWithEnhancements_GivesTheJobsAlone()
    {
        await using var host = new AppHost();
        await host.RunAsync(TestJobs.Of(1, Pipeline.Plans.ChainPlan.Split));

        Assert.Single(await host.Engine.ListAsync());
        Assert.Empty(await host.Engine.ListAsync(JobState.Running));
    }

    [Fact]
    public async Task Watch_Job_EndsWithItsEnd()
    {
        await using var host = new AppHost();
        var id = (await host.Engine.StartAsync(TestJobs.Of(1))).Id;

        var states = new List<JobState>();
        await foreach (var status in host.Engine.WatchAsync(id))
            states.Add(status.State);

        Assert.Equal(JobState.Completed, states[^1]);
    }
}
