using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Enhancing;
using Aigc.Pipeline.Plans;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Functions.Tests.Orchestration;

public sealed class QueuedEnhancementTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Run_NobodyTakesItForHours_FailsClearlyAndKeepsTheBase()
    {
        var time = new FakeTimeProvider();
        await using var host = new AppHost(options: new InMemoryDurableOptions { TimeProvider = time }, queue: new Nowhere());
        var id = (await host.Engine.StartAsync(TestJobs.Of(1, ChainPlan.Split))).Id;
        await host.Durable.WhenIdle().WaitAsync(_limit);

        time.Advance(TimeSpan.FromHours(7));
        var done = await host.DoneAsync(id);

        Assert.Equal((JobState.Failed, FaultKind.DeadlineExceeded), (done.State, done.Fault!.Kind));
        Assert.Contains("nobody took the enhancement", done.Fault.Message, StringComparison.Ordinal);
        Assert.Single(done.Bases);
    }

    [Fact]
    public async Task Run_QueueIsNoLongerSet_CallsTheHostItself()
    {
        await using var host = new AppHost();
        var engine = new DurableEngine(
            host.Durable.Client, host.Store, host.Stages, host.Planner, host.Options with { EnhanceQueued = true }, TimeProvider.System);

        var id = (await engine.StartAsync(TestJobs.Of(1, ChainPlan.Split))).Id;

        Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
        Assert.Equal(1, host.Durable.ActivityRuns(JobNames.SendEnhance));
    }

    [Fact]
    public async Task Run_QueueIsAwayForAWhile_SendsAgain()
    {
        var queue = new Nowhere { Fails = 1 };
        await using var host = new AppHost(queue: queue);

        await host.Engine.StartAsync(TestJobs.Of(1, ChainPlan.Split));
        await queue.Sent.WaitAsync(_limit);

        Assert.Equal(2, host.Durable.ActivityRuns(JobNames.SendEnhance));
    }

    /// <summary>A queue from which nobody takes.</summary>
    private sealed class Nowhere : IEnhanceSender
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Fails { get; set; }

        public Task Sent => _sent.Task;

        public ValueTask SendAsync(EnhanceWork work, CancellationToken cancellationToken)
        {
            if (Fails-- > 0)
                throw new FaultException(FaultKind.Unavailable, "the queue is away");
            _sent.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
