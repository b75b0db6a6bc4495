using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Functions.Orchestration;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Functions.Tests.Orchestration;

/// <summary>What a job's status tells while calls are under way. A call's time passes as it says: it moves the clock itself.</summary>
public sealed class ProgressTests
{
    private const int MaxMessage = 16 * 1024;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Run_CallOfLessThanASecond_AddsNothingToTheHistory()
    {
        await using var host = Host((pictures, progress, _) =>
        {
            progress.Report(new StageProgress(1, 0));
            _time.Advance(0.9 * _second);
            progress.Report(new StageProgress(3, 0) { Previews = [SteppingStages.Preview(pictures[0], 3)] });
            return Task.CompletedTask;
        });

        var status = await host.RunAsync(TestJobs.Of(1));

        Assert.Equal((JobState.Completed, 4), (status.State, status.Progress.StepsDone));
        Assert.Equal(0, Raised(host, status.Id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ChainPlan.Split)]
    [InlineData(ChainPlan.Staged)]
    public async Task Run_CallGoesOn_StatusTellsItsStepsAndLatestPreviews(ChainPlan? plan)
    {
        var point = new SyncPoint();
        await using var host = Host(async (pictures, progress, token) =>
        {
            PreviewPicture[] previews = [SteppingStages.Preview(pictures[1], 1), SteppingStages.Preview(pictures[0], 1)];
            progress.Report(new StageProgress(2, 0) { Previews = previews });
            _time.Advance(_second);
            progress.Report(new StageProgress(1, 0) { Previews = [SteppingStages.Preview(pictures[0], 2)] });
            _time.Advance(_second);
            await point.WaitToContinue(token);
        });

        var id = (await host.Engine.StartAsync(TestJobs.Of(2, plan))).Id;
        await point.WaitForSyncPoint();
        var during = (await host.Engine.GetStatusAsync(id))!;
        point.Continue();
        var after = await host.DoneAsync(id);

        Assert.Equal((JobState.Running, 8, 3), (during.State, during.Progress.Steps, during.Progress.StepsDone));
        Assert.Equal([(0, 2), (1, 1)], during.Previews.Select(p => (p.Index, p.Step)));
        Assert.Equal((JobState.Completed, 8), (after.State, after.Progress.StepsDone));
        Assert.Empty(after.Previews);
        Assert.Equal(2, Raised(host, id));
    }

    [Fact]
    public async Task Run_EventsAreLateDoubledOrForeign_StatusStaysAsItIs()
    {
        var point = new SyncPoint();
        await using var host = Host(async (pictures, progress, token) =>
        {
            progress.Report(new StageProgress(3, 0) { Previews = [SteppingStages.Preview(pictures[0], 3)] });
            _time.Advance(_second);
            await point.WaitToContinue(token);
        });
        var id = (await host.Engine.StartAsync(TestJobs.Of(1))).Id;
        await point.WaitForSyncPoint();
        var before = (await host.Engine.GetStatusAsync(id))!;

        object?[] events = [new ProgressMessage(0, 3, before.Previews), new ProgressMessage(0, 1, []), new ProgressMessage(7, 4, []), null, "4", new { Call = 0, Previews = 7 }];
        foreach (var one in events)
            await host.Durable.Client.RaiseEventAsync(id, JobNames.ProgressEvent, one);
        var during = (await host.Engine.GetStatusAsync(id))!;
        point.Continue();
        var after = await host.DoneAsync(id);
        await host.Durable.Client.RaiseEventAsync(id, JobNames.ProgressEvent, events[0]);

        Assert.Equal((3, 1), (before.Progress.StepsDone, before.Previews.Count));
        Assert.Equal((JobState.Running, 3), (during.State, during.Progress.StepsDone));
        Assert.Equal(before.Previews, during.Previews);
        Assert.Equal((JobState.Completed, 4), (after.State, (await host.Engine.GetStatusAsync(id))!.Progress.StepsDone));
    }

    [Fact]
    public async Task Cancel_CallHasTold_KeepsTheStepsAndDropsThePreviews()
    {
        var point = new SyncPoint();
        await using var host = Host(async (pictures, progress, token) =>
        {
            progress.Report(new StageProgress(3, 0) { Previews = [SteppingStages.Preview(pictures[0], 3)] });
            _time.Advance(_second);
            await point.WaitToContinue(token);
        });
        var id = (await host.Engine.StartAsync(TestJobs.Of(1))).Id;
        await point.WaitForSyncPoint();

        Assert.True(await host.Engine.CancelAsync(id));
        var status = await host.DoneAsync(id);

        Assert.Equal((JobState.Cancelled, 3), (status.State, status.Progress.StepsDone));
        Assert.Empty(status.Previews);
        var instance = (await host.Durable.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!;
        Assert.DoesNotContain("previews/", instance.SerializedCustomStatus!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CallFailsAfterItTold_KeepsTheStepsAndDropsThePreviews()
    {
        await using var host = Host((pictures, progress, _) =>
        {
            progress.Report(new StageProgress(3, 0) { Previews = [SteppingStages.Preview(pictures[0], 3)] });
            _time.Advance(_second);
            throw new FaultException(FaultKind.BadRequest, "too odd");
        });

        var status = await host.RunAsync(TestJobs.Of(1));

        Assert.Equal((JobState.Failed, 3), (status.State, status.Progress.StepsDone));
        Assert.Empty(status.Previews);
        Assert.Equal(1, Raised(host, status.Id));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData(ChainPlan.Split, false)]
    [InlineData(ChainPlan.Staged, false)]
    public async Task Restart_AfterEachEventProgressAmongThem_GivesTheSameResult(ChainPlan? plan, bool batch)
    {
        var (events, expected, raised) = await RunWithRestartAsync(plan, batch, -1);

        for (var at = 0; at < events; at++)
        {
            var (_, result, _) = await RunWithRestartAsync(plan, batch, at);
            Assert.Equal(expected, result);
        }

        Assert.InRange(raised, 2, 10);
        Assert.InRange(events, 8, 100);
    }

    [Theory]
    [InlineData(ChainPlan.Fused)]
    [InlineData(ChainPlan.Split)]
    [InlineData(ChainPlan.Staged)]
    public async Task Run_LargestRequestsTellOfEveryPicture_NoMessageIsAbove16KiB(ChainPlan plan)
    {
        await using var host = Host(
            (pictures, progress, _) =>
            {
                foreach (var picture in pictures)
                    progress.Report(new StageProgress(1000, 0) { Previews = [SteppingStages.Preview(picture, 1000)] });
                _time.Advance(_second);
                return Task.CompletedTask;
            },
            new ConformanceStages { Truncating = 100, Capabilities = ConformanceStages.Tiny with { PreferredBatch = 64 } });

        var status = await host.RunAsync(TestJobs.Largest(plan, requests: 64, count: 1));

        Assert.Equal((JobState.Completed, 64), (status.State, status.Pictures.Count));
        Assert.InRange(host.Durable.Messages.Where(m => m.Name == JobNames.ProgressEvent).Max(m => m.Bytes), 1500, MaxMessage);
        Assert.InRange(host.Durable.Messages.Where(m => m.Kind == "CustomStatus").Max(m => m.Bytes), 2000, MaxMessage);
        Assert.InRange(host.Durable.MaxMessageBytes, 2000, MaxMessage);
    }

    [Fact]
    public async Task Run_ManyPicturesAreUnderWay_StatusHoldsNoMoreReferencesThanFit()
    {
        var (first, others) = (new SyncPoint(), new SyncPoint());
        await using var host = Host(
            async (pictures, progress, token) =>
            {
                progress.Report(new StageProgress(0, 0) { Previews = [.. pictures.Select(p => SteppingStages.Preview(p, 1))] });
                _time.Advance(_second);
                await (pictures[0].Index == 0 ? first : others).WaitToContinue(token);
            },
            new ConformanceStages { Capabilities = ConformanceStages.Tiny with { PreferredBatch = 64 } });

        var id = (await host.Engine.StartAsync(TestJobs.Of(30))).Id;
        var full = await UntilAsync(host, id, status => status.Previews.Count == DurablePipelineContext.MaxShown);
        first.Continue();
        var mixed = await UntilAsync(host, id, status => status.Pictures.Count == JobPlanner.MaxGroup && status.Previews.Count == 8);
        others.Continue();

        Assert.Equal(Enumerable.Range(0, 16), full.Previews.Select(p => p.Index));
        Assert.Equal(Enumerable.Range(8, 8), mixed.Previews.Select(p => p.Index));
        Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
        Assert.InRange(host.Durable.MaxMessageBytes, 0, MaxMessage);
    }

    [Fact]
    public async Task Run_TenMinutesOfSteps_AddFewEvents()
    {
        await using var host = Host((_, progress, _) =>
        {
            for (var i = 0; i < 6000; i++)
            {
                progress.Report(new StageProgress(1, 0));
                _time.Advance(0.1 * _second);
            }

            return Task.CompletedTask;
        });

        var status = await host.RunAsync(TestJobs.Of(1));

        Assert.InRange(Raised(host, status.Id), 40, 59);
    }

    [Fact]
    public async Task Start_PreviewsAskedFor_ReachTheCallAndAreRefusedOutOfRange()
    {
        SteppingStages asked = null!;
        var stages = new ConformanceStages();
        await using var host = new AppHost(stages, around: within => asked = new SteppingStages(within, (_, _, _) => Task.CompletedTask));

        await host.RunAsync(TestJobs.Of(1) with { PreviewEverySteps = 5 });
        var (below, above) = (TestJobs.Of(1) with { PreviewEverySteps = -1 }, TestJobs.Of(1) with { PreviewEverySteps = 1001 });
        var described = await Assert.ThrowsAsync<FaultException>(() => host.Engine.StartAsync(below));
        stages.DescribeFault = () => new FaultException(FaultKind.Unavailable, "no host answers");
        var undescribed = await Assert.ThrowsAsync<FaultException>(() => host.Engine.StartAsync(above));

        Assert.Equal(5, asked.PreviewEverySteps);
        Assert.Equal(("previews -1 is below 0", "previews 1001 is above 1000"), (described.Message, undescribed.Message));
    }

    private static async Task<JobStatus> UntilAsync(AppHost host, string id, Func<JobStatus, bool> reached)
    {
        await foreach (var status in host.Engine.WatchAsync(id))
        {
            if (reached(status))
                return status;
            Assert.False(status.Ended);
        }

        throw new InvalidOperationException("it has ended");
    }

    private static int Raised(AppHost host, string id) =>
        host.Durable.History(id).Count(e => e.Kind == HistoryEventKind.EventRaised && e.Name == JobNames.ProgressEvent);

    private AppHost Host(
        Func<IReadOnlyList<PictureSpec>, IProgress<StageProgress>, CancellationToken, Task> step,
        ConformanceStages? stages = null,
        InMemoryDurableOptions? options = null) => new(stages, options, _time, within => new SteppingStages(within, step));

    private async Task<(int Events, string Result, int Raised)> RunWithRestartAsync(ChainPlan? plan, bool batch, int at)
    {
        var options = new InMemoryDurableOptions
        {
            FireTimersAtOnce = true,
            BatchEvents = batch,
            AfterEvent = point => point.Index == at ? DurableFault.Restart : DurableFault.None,
        };
        await using var host = Host(
            (pictures, progress, token) =>
            {
                for (var step = 1; step < 4; step++)
                {
                    token.ThrowIfCancellationRequested();
                    PreviewPicture[] previews = [.. pictures.Select(p => SteppingStages.Preview(p, step))];
                    progress.Report(new StageProgress(pictures.Count, 0) { Previews = previews });
                    _time.Advance(_second);
                }

                return Task.CompletedTask;
            },
            options: options);
        var status = await host.RunAsync(TestJobs.Of(3, plan));
        var result = JsonSerializer.Serialize((object)new { status.State, status.Progress, status.Pictures, status.Previews });
        return (host.Durable.EventCount, result, Raised(host, status.Id));
    }
}
