using Aigc.GpuHost.Configuration;
using Aigc.GpuHost.Jobs;
using Aigc.Inference.Chain;
using Aigc.Inference.Stages;

namespace Aigc.GpuHost.Lifetime;

/// <summary>
/// Ends the host without losing a picture: turns unready at once, lets work finish for the grace period, and checkpoints what is left. All
/// that happens while the ports are still open, so that callers hear of it.
/// </summary>
internal sealed partial class Drain(
    JobRegistry jobs, PictureChain chain, DiffusionEngine engine, GpuHostOptions options, TimeProvider time, ILogger<Drain> logger) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        jobs.Drain();
        LogDraining(jobs.Count, options.Shutdown.GraceSeconds);
        var idle = WhenNothingRunsAsync();
        try
        {
            await idle.WaitAsync(TimeSpan.FromSeconds(options.Shutdown.GraceSeconds), time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogCheckpointing(jobs.Count);
            engine.Batcher.Drain();
            await idle.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (idle.IsCompleted)
            LogDrained();
        else
            LogCutOff(jobs.Count);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A picture may outlive its call, and nothing of it may run when the models go.
    private async Task WhenNothingRunsAsync()
    {
        await jobs.WhenIdleAsync().ConfigureAwait(false);
        await chain.WhenLandedAsync().ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Information, "Told to end: {Jobs} calls under way have {Seconds} s to finish")]
    private partial void LogDraining(int jobs, double seconds);

    [LoggerMessage(2, LogLevel.Information, "{Jobs} calls did not finish in time: their pictures are checkpointed")]
    private partial void LogCheckpointing(int jobs);

    [LoggerMessage(3, LogLevel.Information, "No call is under way any more")]
    private partial void LogDrained();

    [LoggerMessage(4, LogLevel.Warning, "{Jobs} calls are still under way and are cut off: allow a longer grace period")]
    private partial void LogCutOff(int jobs);
}
