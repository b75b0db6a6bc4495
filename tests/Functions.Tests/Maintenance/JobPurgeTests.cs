using Aigc.Functions.Configuration;
using Aigc.Functions.Jobs;
using Aigc.Functions.Maintenance;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Functions.Tests.Maintenance;

public sealed class JobPurgeTests
{
    [Fact]
    public async Task Run_JobsOfTwoAges_PurgesTheOldOneAndItsArtifacts()
    {
        var time = new FakeTimeProvider();
        await using var host = new AppHost(options: new FunctionsDurable.InMemoryDurableOptions { TimeProvider = time });
        var purge = new JobPurge(host.Store, Options.Create(new FunctionsOptions()), time, NullLogger<JobPurge>.Instance);
        var old = await host.RunAsync(TestJobs.Of(20, Pipeline.Plans.ChainPlan.Split));
        time.Advance(TimeSpan.FromDays(6));
        var young = await host.RunAsync(TestJobs.Of(1));
        Assert.Equal(0, await purge.RunAsync(host.Durable.Client, default));
        time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, await purge.RunAsync(host.Durable.Client, default));

        Assert.Null(await host.Engine.GetStatusAsync(old.Id));
        Assert.NotNull(await host.Engine.GetStatusAsync(young.Id));
        Assert.Single(host.Durable.Client.GetAllInstancesAsync().ToBlockingEnumerable());
        Assert.Equal(
            [JobNames.Accepted(young.Id)], host.Store.ListAsync(JobNames.Prefix).ToBlockingEnumerable().Select(a => a.Name));
    }
}
