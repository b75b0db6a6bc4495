using Aigc.GpuHost.Configuration;
using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx.Devices;
using Aigc.Inference.Stages;

namespace Aigc.GpuHost.Lifetime;

/// <summary>
/// Loads the default model and takes pictures through a few steps that nobody asked for: the runtime compiles its code and the device its
/// kernels before the first caller comes, and admission knows what a step takes.
/// </summary>
internal sealed partial class WarmUp(
    DiffusionEngine engine, ExecutionDevice device, Readiness readiness, GpuHostOptions options, TimeProvider time, ILogger<WarmUp> logger)
    : BackgroundService
{
    // Two for each row count up to 32, the first of which is not learned from: the pictures in front take every one of them.
    private const int Steps = 8;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var name = engine.Models.Catalog.DefaultName;
        LogDevice(device.Provider, device.Index, device.FallbackReason ?? "as asked");
        if (!options.Models.WarmUp)
        {
            readiness.Warm();
            return;
        }

        var start = time.GetTimestamp();
        try
        {
            using var lease = await engine.Models.AcquireAsync(name, stoppingToken).ConfigureAwait(false);
            await WarmAsync(lease.Model, await engine.Models.Catalog.CardAsync(name).ConfigureAwait(false), stoppingToken).ConfigureAwait(false);
            readiness.Warm();
            LogReady(name, time.GetElapsedTime(start).TotalSeconds);
        }
        catch (InferenceException e)
        {
            readiness.Fail(e.Message);
            LogFailed(name, e.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // The framework would end the process with a stack trace; a host that says why it is not ready can be looked at.
            readiness.Fail("the model could not be warmed: the host's log says why");
            LogDefect(name, e);
        }
    }

    private async Task WarmAsync(LoadedModel model, ModelCard card, CancellationToken cancellationToken)
    {
        var size = card.DefaultSize;
        var texts = await engine.UnderstandAsync(model, ["a picture", ""], Nobody.Instance, cancellationToken).ConfigureAwait(false);
        DenoiseJob Job(int seed, int steps) => model.CreateJob(new PictureSettings(
            texts[0].Embedding, texts[1].Embedding, size, size, Math.Min(steps, card.MaxSteps), Guidance: 2, seed, card.DefaultScheduler));
        // The first step makes buffers and searches for kernels, and its time is not learned: the second decides.
        var first = Job(0, steps: 2);
        await engine.Batcher.DenoiseAsync(model, first, long.MaxValue, Nobody.Instance, cancellationToken).ConfigureAwait(false);

        // Batches grow step by step: as many as are likely to be wanted, unless a single picture's step is long already.
        var alone = engine.Costs.StepSeconds(model.Name, first.Shape, first.Rows) ?? 0;
        var pictures = alone * options.Batching.MaxRows / 2 > options.Batching.MaxStepSeconds ? 1 : options.Batching.MaxRows / 2;
        await Task.WhenAll(Enumerable.Range(1, pictures).Select(
            seed => engine.Batcher.DenoiseAsync(model, Job(seed, Steps), long.MaxValue, Nobody.Instance, cancellationToken))).ConfigureAwait(false);
        var picture = await engine.DecodeAsync(model, first.Latent.ToArray(), size, size, Nobody.Instance, cancellationToken).ConfigureAwait(false);
        if (card.EnhanceFactor > 0)
            await engine.EnhanceAsync(model, picture, Nobody.Instance, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Model} is warm after {Seconds:0.00} s: ready")]
    private partial void LogReady(string model, double seconds);

    [LoggerMessage(2, LogLevel.Error, "Model {Model} cannot be used, and the host is not ready: {Fault}")]
    private partial void LogFailed(string model, string fault);

    [LoggerMessage(4, LogLevel.Error, "Model {Model} could not be warmed, and the host is not ready")]
    private partial void LogDefect(string model, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Models run on {Provider} {Index}: {Reason}")]
    private partial void LogDevice(string provider, int index, string reason);

    private sealed class Nobody : IDenoiseObserver, IWorkLog
    {
        public static Nobody Instance { get; } = new();

        public void Stepped(int step)
        {
        }

        public bool WantsPreview(int step) => false;

        public void Preview(int step, float[] latent)
        {
        }

        public bool WantsCheckpoint(int step) => false;

        public void Checkpoint(DenoiseCheckpoint checkpoint)
        {
        }

        public void Note(Work work, long queuedAt, long startedAt, long endedAt)
        {
        }
    }
}
