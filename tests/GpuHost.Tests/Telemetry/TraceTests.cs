using System.Collections.Concurrent;
using System.Diagnostics;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Telemetry;

namespace Aigc.GpuHost.Tests.Telemetry;

/// <summary>The spans of calls, as whoever traces would get them.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class TraceTests
{
    [Fact]
    public async Task Run_LeavesASpanForEachSpanOfItsLedger_UnderTheRpc()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listen(ended);
        await using var host = await TelemetryHost.StartAsync();

        var ledger = (await host.RunAsync(TelemetryHost.Picture(1)))[^1].Ledger;

        var stages = ended.Where(static activity => activity.Source.Name == HostTelemetry.Name).ToArray();
        Assert.Equal(
            ledger.Spans.Select(static span => span.Stage.ToString().ToLowerInvariant()).Order(), stages.Select(static stage => stage.OperationName).Order());
        Assert.Subset(stages.Select(static stage => stage.OperationName).ToHashSet(), new HashSet<string> { "queue", "understand", "generate", "encode", "store" });
        Assert.All(stages, static stage => Assert.Equal(["aigc.model"], stage.TagObjects.Select(static tag => tag.Key)));
        // All under one span, and that is the web server's of this call.
        var parent = Assert.Single(stages.Select(static stage => (stage.TraceId, stage.ParentSpanId)).Distinct());
        Assert.NotEqual(default, parent.ParentSpanId);
        await WaitFor(ended, activity => activity.SpanId == parent.ParentSpanId);
        var rpc = ended.Single(activity => activity.SpanId == parent.ParentSpanId);
        Assert.Equal("Microsoft.AspNetCore", rpc.Source.Name);
    }

    [Fact]
    public async Task Spans_StartAndEndWhenTheLedgerSays()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listen(ended);
        await using var host = await TelemetryHost.StartAsync();

        var ledger = (await host.RunAsync(TelemetryHost.Picture(1)))[^1].Ledger;

        var stages = ended.Where(static activity => activity.Source.Name == HostTelemetry.Name).ToArray();
        var zero = stages[0].StartTimeUtc - TimeSpan.FromMilliseconds(ledger.Spans[0].StartMs);
        // To the tick, but for what rounding to ticks twice leaves.
        Assert.All(stages.Zip(ledger.Spans), pair =>
        {
            Assert.Equal(pair.Second.StartMs, (pair.First.StartTimeUtc - zero).TotalMilliseconds, .001);
            Assert.Equal(pair.Second.EndMs - pair.Second.StartMs, pair.First.Duration.TotalMilliseconds, .001);
        });
    }

    [Fact]
    public async Task Understand_LeavesItsSpansToo()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listen(ended);
        await using var host = await TelemetryHost.StartAsync();

        var response = await host.Client.UnderstandAsync(new UnderstandRequest { Texts = { "a red heart" } });

        Assert.Equal(
            response.Ledger.Spans.Count, ended.Count(static activity => activity.Source.Name == HostTelemetry.Name));
    }

    private static async Task WaitFor(ConcurrentQueue<Activity> ended, Func<Activity, bool> condition)
    {
        // The web server ends its span after the caller has the last byte.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < 1000 && !ended.Any(condition); i++)
            await timer.WaitForNextTickAsync();
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is HostTelemetry.Name or "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
