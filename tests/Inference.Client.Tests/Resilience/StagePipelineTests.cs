using Aigc.Artifacts;
using Aigc.Inference.Client.Resilience;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Client.Tests.Resilience;

/// <summary>What a stage call is held to in all, whatever becomes of its tries.</summary>
public sealed class StagePipelineTests : RemoteTest
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task RunChain_HostNeverAnswers_EndsAtTheDeadlineNamingBothAndCancelsTheHostsJob()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await point.WaitToContinue(chain.Aborted);
        });
        var running = RunAsync(Stages(Options(new ResilienceOptions { Run = new StageResilience { Deadline = _deadline } }, host)));
        await point.WaitForSyncPoint();
        Time.Advance(_deadline);

        var fault = await Assert.ThrowsAsync<FaultException>(() => running);

        Assert.Equal(FaultKind.DeadlineExceeded, fault.Kind);
        Assert.Equal($"run was not done within its 00:00:30: host {host.Name} had it last", fault.Message);
        Assert.Equal("job", await host.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Understand_NoHostHasRoom_EndsAtTheDeadlineAndSaysSo()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.OnUnary = context => point.WaitToContinue(context.CancellationToken);
        var stages = Stages(Options(new ResilienceOptions { Understand = new StageResilience { Deadline = _deadline } }, host) with
        {
            CallsPerHost = 1,
        });
        await stages.DescribeAsync(CancellationToken.None);
        var first = stages.PrepareAsync(new PrepareInput([Picture]), CancellationToken.None);
        await point.WaitForSyncPoint();
        var second = UnderstandAsync(stages);
        Time.Advance(_deadline);

        var fault = await Assert.ThrowsAsync<FaultException>(() => second);

        Assert.Equal("understand was not done within its 00:00:30: no host had room for it", fault.Message);
        point.Continue();
        await first;
    }

    [Fact]
    public async Task Understand_HostIsToldTheDeadline()
    {
        var host = await HostAsync();
        DateTime? told = null;
        host.OnUnary = context =>
        {
            told = context.Deadline;
            return Task.CompletedTask;
        };
        var deadline = TimeSpan.FromHours(2);
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        await UnderstandAsync(Stages(Options(new ResilienceOptions { Understand = new StageResilience { Deadline = deadline } }, host)));
        Assert.InRange(told!.Value, before + deadline - TimeSpan.FromSeconds(1), before + deadline + TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Understand_AsManyAreUnderWayAndWaitAsMay_OneMoreIsRefused()
    {
        var host = await HostAsync();
        var point = new SyncPoint();
        host.OnUnary = context => point.WaitToContinue(context.CancellationToken);
        var stages = Stages(Options(new ResilienceOptions { Understand = new StageResilience { Concurrency = 1, Queue = 1 } }, host));
        await stages.DescribeAsync(CancellationToken.None);
        Task[] accepted = [UnderstandAsync(stages), UnderstandAsync(stages)];
        await point.WaitForSyncPoint();

        var fault = await Assert.ThrowsAsync<FaultException>(() => UnderstandAsync(stages));

        Assert.Equal((FaultKind.Overloaded, TimeSpan.FromSeconds(1)), (fault.Kind, fault.RetryAfter!.Value));
        Assert.Equal("understand is refused: 1 calls of it are under way here and 1 more wait: send it again later", fault.Message);
        Assert.Equal(1, host.Calls.Count(call => call == "Understand"));
        // Of another kind there is room.
        var other = stages.PrepareAsync(new PrepareInput([Picture]), CancellationToken.None);
        point.Continue();
        await Task.WhenAll([.. accepted, other]);
    }

    private static PreparePicture Picture { get; } = new(ArtifactRef.Parse(FakeHost.Reference("uploads/a.png")), 128, 128);

    private static RemoteStagesOptions Options(ResilienceOptions resilience, FakeHost host) =>
        new() { Hosts = [host.Address], Watch = false, Resilience = resilience };

    private static Task<UnderstandOutput> UnderstandAsync(RemoteStages stages) =>
        stages.UnderstandAsync(new UnderstandInput(["a red circle"]), CancellationToken.None);
}
