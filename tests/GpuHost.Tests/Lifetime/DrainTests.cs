using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Configuration;
using Aigc.GpuHost.Lifetime;
using Aigc.GpuHost.Tests.Telemetry;
using Aigc.Inference.Chain;
using Aigc.Inference.Stages;
using Microsoft.Extensions.Logging;

namespace Aigc.GpuHost.Tests.Lifetime;

public sealed class DrainTests
{
    [Fact]
    public async Task StoppingAsync_PictureOfACallThatLeftStillRuns_WaitsForIt()
    {
        await using var host = await TestHost.StartAsync();
        var held = host.Gate.HoldDecode();
        using (var call = host.Client.Run(Calls.Run(Calls.Picture(1, steps: 2))))
        {
            await held.WaitForSyncPoint();
            await call.UntilAsync(ChainEvent.EventOneofCase.Accepted);
        }

        await host.Jobs.WhenIdleAsync();
        using var log = new LogCollector();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var options = new GpuHostOptions { Shutdown = new ShutdownOptions { GraceSeconds = 0 } };
        var drain = new Drain(
            host.Jobs, host.Get<PictureChain>(), host.Get<DiffusionEngine>(), options, TimeProvider.System, logs.CreateLogger<Drain>());
        var stopping = drain.StoppingAsync(CancellationToken.None);

        Assert.False(stopping.IsCompleted);
        held.Continue();
        await stopping;
        Assert.Contains(log.Lines, static line => line.Contains("No call is under way any more", StringComparison.Ordinal));
    }
}
