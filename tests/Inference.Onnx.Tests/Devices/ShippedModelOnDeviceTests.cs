using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx.Devices;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests.Devices;

public sealed class ShippedModelOnDeviceTests
{
    // They come out equal to the bit wherever this was run; a kernel that adds up by where its input begins may differ by this much.
    private const float Bound = 1e-5f;

    private static readonly string[] _prompts = ["a red circle above a blue square", "a heart", "four green stars", "two crosses"];

    [Fact]
    public async Task Denoise_JobsKeptOnTheDevice_LatentsAreTheHosts()
    {
        var host = await DenoiseAsync(new OnnxRuntimeOptions { Denoiser = DenoiserPlacement.Host });
        var device = await DenoiseAsync(new OnnxRuntimeOptions { Denoiser = DenoiserPlacement.Device });
        AssertAlike(host, device);
    }

    [Fact]
    public async Task Denoise_ArenaShrinksBetweenShapes_LatentsAreTheSame()
    {
        var kept = await DenoiseAsync(new OnnxRuntimeOptions { Denoiser = DenoiserPlacement.Host });
        var shrunk = await DenoiseAsync(new OnnxRuntimeOptions { Denoiser = DenoiserPlacement.Device, ShrinkArena = true });
        AssertAlike(kept, shrunk);
    }

    [Fact]
    public async Task Step_CancelledWithinTheNetwork_TheNextStepIsThatOfAnUndisturbedJob()
    {
        var shape = new LatentShape(4, 96, 96);
        var folder = ModelFolder.Open(RepositoryRoot.Combine("models", "tiny-shapes"));
        using var model = OnnxDiffusionModel.Load(folder, new OnnxRuntimeOptions { Provider = ExecutionProvider.Cpu });
        var jobs = new JobSource(shape, folder.Scheduler);
        DenoiseJob Job(int seed) => jobs.Create("pndm", 5, seed: seed, embedding: model.Description.EmbeddingLength);
        var (undisturbed, job) = (Job(1), Job(1));
        // So many that a step takes a while: the cancellation falls within it.
        DenoiseJob[] cancelled = [job, Job(2), Job(3), Job(4)];
        using var denoiser = model.CreateDenoiser(shape, 5, DenoiserPlacement.Device, pads: false);
        denoiser.Step([undisturbed, .. cancelled], default);
        using var cancel = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var running = Task.Run(() =>
        {
            started.SetResult();
            denoiser.Step(cancelled, cancel.Token);
        });
        await started.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.All(cancelled, each => Assert.Equal(1, each.Step));
        denoiser.Step([undisturbed, job], default);
        denoiser.Download(undisturbed);
        denoiser.Download(job);
        for (var i = 0; i < shape.Length; i++)
            Assert.Equal(undisturbed.Latent[i], job.Latent[i], Bound);
    }

    private static async Task<IReadOnlyList<DenoiseJob>> DenoiseAsync(OnnxRuntimeOptions options)
    {
        var folder = ModelFolder.Open(RepositoryRoot.Combine("models", "tiny-shapes"));
        using var model = new LoadedModel(folder, OnnxDiffusionModel.Load(folder, options with { Provider = ExecutionProvider.Cpu }));
        await using var batcher = new StepBatcher(new BatchingOptions(), new CostModel(), TimeProvider.System);
        var texts = model.Prompts.Encode([.. _prompts, ""], default);
        PictureSettings[] pictures =
        [
            .. Enumerable.Range(0, 12).Select(i => new PictureSettings(
                texts[i % _prompts.Length].Embedding,
                texts[^1].Embedding,
                Width: 128,
                Height: 128,
                Steps: 4 + i % 3,
                Guidance: i % 4 == 0 ? 1 : 4,
                Seed: i,
                SchedulerCatalog.Names[i % SchedulerCatalog.Names.Count])),
        ];
        var results = await Task.WhenAll(pictures.Select(picture => batcher.DenoiseAsync(
            model, model.CreateJob(picture), long.MaxValue, new StepObserver(() => { }), default)));
        return [.. results.Select(result => result.Job)];
    }

    private static void AssertAlike(IReadOnlyList<DenoiseJob> expected, IReadOnlyList<DenoiseJob> actual)
    {
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(actual[i].Done);
            for (var at = 0; at < expected[i].Latent.Length; at++)
                Assert.Equal(expected[i].Latent[at], actual[i].Latent[at], Bound);
        }
    }
}
