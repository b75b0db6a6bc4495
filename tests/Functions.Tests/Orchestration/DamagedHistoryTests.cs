using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;

namespace Aigc.Functions.Tests.Orchestration;

/// <summary>A history that the store gives back damaged: the job ends, says so, and takes no other with it.</summary>
public sealed class DamagedHistoryTests
{
    [Theory]
    [InlineData(ChainPlan.Fused, HistoryEventKind.TaskCompleted, "")]
    [InlineData(ChainPlan.Fused, HistoryEventKind.TaskCompleted, "[1,2]")]
    [InlineData(ChainPlan.Fused, HistoryEventKind.TaskCompleted, "{\"pictures\":7}")]
    [InlineData(ChainPlan.Staged, HistoryEventKind.TaskCompleted, "{")]
    [InlineData(ChainPlan.Split, HistoryEventKind.SubOrchestrationCompleted, "{")]
    public async Task Answer_ThatCannotBeRead_FailsItsGroupAsDataLoss(ChainPlan plan, HistoryEventKind kind, string payload)
    {
        await using var host = new AppHost(options: Damaging(kind, payload));

        var status = await host.RunAsync(TestJobs.Of(1, plan));

        Assert.Equal((JobState.Failed, FaultKind.DataLoss), (status.State, status.Fault!.Kind));
        Assert.Contains("damaged", status.Fault.Message, StringComparison.Ordinal);
        Assert.Single(status.Failures);
    }

    [Fact]
    public async Task Answer_OfOneGroup_LeavesTheOtherGroupsPictures()
    {
        var damaged = false;
        await using var host = new AppHost(options: new InMemoryDurableOptions
        {
            FireTimersAtOnce = true,
            Damage = one => one.Kind == HistoryEventKind.TaskCompleted && !damaged && (damaged = true) ? one with { Payload = "{" } : one,
        });

        var status = await host.RunAsync(TestJobs.Of(12));

        Assert.Equal(JobState.Failed, status.State);
        Assert.Equal(12, status.Pictures.Count + status.Failures.Count);
        Assert.NotEmpty(status.Pictures);
    }

    [Fact]
    public async Task Input_ThatCannotBeRead_FailsTheJobAndIsNotFoundInTheList()
    {
        var started = 0;
        await using var host = new AppHost(options: new InMemoryDurableOptions
        {
            Damage = one => one.Kind == HistoryEventKind.ExecutionStarted && started++ == 0 ? one with { Payload = "{" } : one,
        });
        var damaged = (await host.Engine.StartAsync(TestJobs.Of(1))).Id;
        var whole = await host.RunAsync(TestJobs.Of(1));

        var status = await host.DoneAsync(damaged);

        Assert.Equal(JobState.Failed, status.State);
        Assert.Contains((await host.Engine.ListAsync()).Jobs, job => job.Id == whole.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text")]
    [InlineData(17)]
    [InlineData(new[] { 1, 2 })]
    public async Task CancelEvent_OfAnyPayload_CancelsTheJob(object? payload)
    {
        await using var host = new AppHost();
        host.Stages.Before((_, token) => Task.Delay(Timeout.Infinite, token));
        var id = (await host.Engine.StartAsync(TestJobs.Of(1))).Id;

        await host.Durable.Client.RaiseEventAsync(id, JobNames.CancelEvent, payload);

        Assert.Equal(JobState.Cancelled, (await host.DoneAsync(id)).State);
    }

    private static InMemoryDurableOptions Damaging(HistoryEventKind kind, string payload) => new()
    {
        FireTimersAtOnce = true,
        Damage = one => one.Kind == kind ? one with { Payload = payload } : one,
    };
}
