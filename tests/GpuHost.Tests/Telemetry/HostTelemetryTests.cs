using System.Diagnostics.Metrics;
using Aigc.Artifacts;
using Aigc.GpuHost.Telemetry;
using Aigc.Inference.Batching;
using Aigc.Inference.Chain;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Stages;
using Aigc.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.GpuHost.Tests.Telemetry;

/// <summary>What measuring costs.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class HostTelemetryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Step_ListenedToOrNot_AllocatesNothing(bool listened)
    {
        await using var host = await TelemetryHost.StartAsync();
        var engine = host.Services.GetRequiredService<DiffusionEngine>();
        using var meters = new OwnMeters();
        var telemetry = new HostTelemetry(meters, engine, host.Services.GetRequiredService<CachedArtifactStore>(), TimeProvider.System);
        using var lease = await engine.Models.AcquireAsync("", CancellationToken.None);
        var key = new BatchKey(lease.Model, lease.Model.Shape(64, 64));
        var heard = 0;
        using var listener = Listener(meters, () => heard++);
        if (listened)
            listener.Start();

        Assert.Equal(0, Allocations.Of(() => telemetry.StepTaken(key, 4, .01)));
        Assert.Equal(listened, heard > 0);
        engine.Batcher.StepTaken -= telemetry.StepTaken;
    }

    [Fact]
    public async Task Events_NobodyListensTo_AllocateNothing()
    {
        await using var host = await TelemetryHost.StartAsync();
        using var meters = new OwnMeters();
        var engine = host.Services.GetRequiredService<DiffusionEngine>();
        var telemetry = new HostTelemetry(meters, engine, host.Services.GetRequiredService<CachedArtifactStore>(), TimeProvider.System);
        ChainSpan[] ledger = [new(ChainStage.Generate, 0, 5)];

        Assert.Equal(0, Allocations.Of(() =>
        {
            telemetry.Spent("m", ChainStage.Generate, 1);
            telemetry.Spent("m", ChainStage.Queue, 1);
            telemetry.Ended("m", PictureOutcome.Made, 1);
            telemetry.Checkpointed("m");
            telemetry.Faulted(FaultKind.Overloaded);
            telemetry.End(telemetry.Begin(), "m", ledger);
        }));
        engine.Batcher.StepTaken -= telemetry.StepTaken;
    }

    private static MeterListener Listener(OwnMeters meters, Action heard)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meters.Made)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => heard());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => heard());
        return listener;
    }

    // A meter by the same name would be heard by the host's own exporter.
    private sealed class OwnMeters : IMeterFactory
    {
        public Meter? Made { get; private set; }

        public Meter Create(MeterOptions options) => Made = new Meter("HostTelemetryTests");

        public void Dispose() => Made?.Dispose();
    }
}
