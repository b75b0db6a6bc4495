using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Jobs;
using Aigc.GpuHost.Requests;
using Aigc.Inference.Models;
using Aigc.Inference.Stages;
using Grpc.Core;

namespace Aigc.GpuHost.Load;

/// <summary>Tells whoever balances how much the host has to do: the same figures that admission goes by.</summary>
internal sealed class LoadMonitor(DiffusionEngine engine, JobRegistry jobs, TimeProvider time)
{
    private const int DefaultIntervalMs = 250;
    private const int MaxIntervalMs = 60_000;

    /// <summary>Writes the load at once and then whenever it has changed, until the caller goes away.</summary>
    /// <exception cref="InvalidRequestException">The interval is out of range.</exception>
    public async Task WatchAsync(int intervalMs, IServerStreamWriter<WatchLoadResponse> stream, CancellationToken cancellationToken)
    {
        if (intervalMs is < 0 or > MaxIntervalMs)
            throw new InvalidRequestException([("interval_ms", RequestReader.Invariant($"{intervalMs} is not between 0 and {MaxIntervalMs}"))]);
        var interval = TimeSpan.FromMilliseconds(intervalMs == 0 ? DefaultIntervalMs : intervalMs);
        WatchLoadResponse? last = null;
        while (true)
        {
            var load = Now();
            if (!load.Equals(last))
                await stream.WriteAsync(load, cancellationToken).ConfigureAwait(false);
            // Its watchers must not keep a host from ending.
            if (load.Draining)
                return;
            last = load;
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, jobs.Drained);
            await Task.Delay(interval, time, wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private WatchLoadResponse Now()
    {
        var batcher = engine.Batcher.Load;
        var load = new WatchLoadResponse
        {
            QueuedSeconds = engine.Admission.QueuedSeconds,
            Running = batcher.Running,
            Waiting = batcher.Waiting,
            FreeRows = batcher.FreeRows,
            Draining = jobs.Draining,
        };
        load.StepTimes.AddRange(engine.Costs.StepTimes.Select(static step => new StepTime
        {
            Model = step.Model,
            Width = step.Shape.Width * ModelFolder.LatentFactor,
            Height = step.Shape.Height * ModelFolder.LatentFactor,
            Rows = step.Rows,
            Seconds = step.Seconds,
        }));
        return load;
    }
}
