using System.Diagnostics.Metrics;
using Aigc.Artifacts;
using Aigc.Inference.Client.Resilience;
using Aigc.Inference.Client.Telemetry;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests.Resilience;

/// <summary>Of two hosts the first is described and the second called first; then they take turns.</summary>
public sealed class HedgingTests : RemoteTest
{
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task Understand_HostIsSlowOnEveryTenthCall_TheOtherAnswersAndTheSlowOneIsCancelled()
    {
        var (well, slow) = (await HostAsync(), await HostAsync());
        using var cancelled = SlowOnEvery(10, slow);
        var stages = Stages(Options(_slow, well, slow));
        using var hedges = new Counted("aigc.client.hedges");
        for (var round = 1; round <= 2; round++)
        {
            // They take turns, and the slow host is first: of nineteen calls the last is its tenth.
            for (var i = 0; i < 18; i++)
                await UnderstandAsync(stages);
            Assert.Equal(round - 1, hedges.Sum);
            var late = UnderstandAsync(stages);
            await Time.WaitForWait(_slow, 19 * round);
            Assert.False(late.IsCompleted);
            Time.Advance(_slow);
            Assert.Single((await late).Embeddings);
            await cancelled.WaitAsync();
        }

        Assert.Equal((2, 20, 20), (hedges.Sum, Understands(well), Understands(slow)));
    }

    [Fact]
    public async Task Understand_OneHost_IsNeverHedged()
    {
        var host = await HostAsync();
        var point = Hold(host);
        var stages = Stages(Options(_slow, host));
        var call = UnderstandAsync(stages);
        await point.WaitForSyncPoint();
        await Time.WaitForWait(_slow);
        Time.Advance(_slow);
        Time.Advance(TimeSpan.FromHours(1));
        point.Continue();
        await call;
        Assert.Equal(1, Understands(host));
    }

    [Fact]
    public async Task Understand_TheOtherHostIsDown_IsNotHedged()
    {
        var (down, slow) = (await HostAsync(), await HostAsync());
        var stages = Stages(Options(_slow, down, slow));
        await UnderstandAsync(stages);
        await down.KillAsync();
        // Finds it down, and goes on to the slow one.
        await UnderstandAsync(stages);
        var point = Hold(slow);
        var call = UnderstandAsync(stages);
        await point.WaitForSyncPoint();
        await Time.WaitForWait(_slow, 3);
        Time.Advance(_slow);
        point.Continue();
        await call;
        Assert.Equal(3, Understands(slow));
    }

    [Fact]
    public async Task Understand_HedgeFails_TheFirstIsWaitedFor()
    {
        var (failing, slow) = (await HostAsync(), await HostAsync());
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        failing.OnUnary = _ =>
        {
            failed.TrySetResult();
            throw new RpcException(new Status(StatusCode.Internal, "broken"));
        };
        var point = Hold(slow);
        var stages = Stages(Options(_slow, failing, slow));
        var call = UnderstandAsync(stages);
        await point.WaitForSyncPoint();
        await Time.WaitForWait(_slow);
        Time.Advance(_slow);
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        point.Continue();
        Assert.Single((await call).Embeddings);
    }

    [Fact]
    public async Task Understand_FirstFailsBeforeItIsSlow_FailsWithItsFaultAndIsNotHedged()
    {
        var (other, failing) = (await HostAsync(), await HostAsync());
        failing.OnUnary = _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "odd"));
        var fault = await Assert.ThrowsAsync<FaultException>(() => UnderstandAsync(Stages(Options(_slow, other, failing))));
        Assert.Equal((FaultKind.BadRequest, "odd", 0), (fault.Kind, fault.Message, Understands(other)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task Enhance_OfOnePictureAlone_IsHedged(int pictures, int hedged)
    {
        var (well, slow) = (await HostAsync(), await HostAsync());
        var point = Hold(slow);
        var stages = Stages(Options(_slow, well, slow));
        var bases = Pictures(pictures).Select(p => ArtifactRef.Parse(FakeHost.Reference(p.Address("d1").Base))).ToArray();
        var call = stages.EnhanceAsync(new EnhanceInput(Pictures(pictures), bases), Progress, CancellationToken.None);
        await point.WaitForSyncPoint();
        await Time.WaitForWait(_slow);
        Time.Advance(_slow);
        if (hedged == 0)
            point.Continue();
        Assert.Equal(pictures, (await call).Pictures.Count);
        Assert.Equal(hedged, well.Calls.Count(call => call == "Enhance"));
    }

    [Fact]
    public async Task Understand_TwentyCallsHaveEnded_SlowIsWhatTheirSlowestTook()
    {
        var (well, slow) = (await HostAsync(), await HostAsync());
        var stages = Stages(Options(null, well, slow));
        for (var i = 0; i < LatencyWindow.Fewest; i++)
            await UnderstandAsync(stages);
        Assert.DoesNotContain(TimeSpan.FromMilliseconds(50), Time.Waits);
        var point = Hold(slow);
        var call = UnderstandAsync(stages);
        await point.WaitForSyncPoint();
        await Time.WaitForWait(TimeSpan.FromMilliseconds(50));
        Time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Single((await call).Embeddings);
        Assert.Equal(11, Understands(well));
    }

    private static RemoteStagesOptions Options(TimeSpan? after, params FakeHost[] hosts)
    {
        var hedged = new StageResilience { Hedge = true, HedgeAfter = after };
        return new RemoteStagesOptions
        {
            Hosts = [.. hosts.Select(h => h.Address)],
            Watch = false,
            Resilience = new ResilienceOptions { Understand = hedged, Enhance = hedged },
        };
    }

    private static int Understands(FakeHost host) => host.Calls.Count(call => call == "Understand");

    private static Task<UnderstandOutput> UnderstandAsync(RemoteStages stages) =>
        stages.UnderstandAsync(new UnderstandInput(["a red circle"]), CancellationToken.None);

    private static SyncPoint Hold(FakeHost host)
    {
        var point = new SyncPoint();
        host.OnUnary = context => point.WaitToContinue(context.CancellationToken);
        return point;
    }

    /// <returns>Counts such calls as they are cancelled.</returns>
    private static Cancels SlowOnEvery(int nth, FakeHost host)
    {
        var (calls, cancels) = (0, new Cancels());
        host.OnUnary = async context =>
        {
            if (Interlocked.Increment(ref calls) % nth != 0)
                return;
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            cancels.Add();
        };
        return cancels;
    }

    private sealed class Cancels : IDisposable
    {
        private readonly SemaphoreSlim _seen = new(0);

        public void Add() => _seen.Release();

        public void Dispose() => _seen.Dispose();

        public async Task WaitAsync() => Assert.True(await _seen.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _sum;

        public Counted(string name)
        {
            _listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ClientTelemetry.Name && instrument.Name == name)
                    self.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _sum, count));
            _listener.Start();
        }

        public long Sum => Interlocked.Read(ref _sum);

        public void Dispose() => _listener.Dispose();
    }
}
