using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Tests.Jobs;

public sealed class DurableEngineTests
{
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

        Assert.Equal(
            [JobNames.EnhanceOrchestrator, JobNames.ImageOrchestrator],
            host.Durable.Client.GetAllInstancesAsync().ToBlockingEnumerable().Select(instance => instance.Name).Order());
        Assert.Single((await host.Engine.ListAsync()).Jobs);
        Assert.Empty((await host.Engine.ListAsync(JobState.Running)).Jobs);
    }
}
