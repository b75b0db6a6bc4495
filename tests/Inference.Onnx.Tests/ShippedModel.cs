using System.Diagnostics.CodeAnalysis;
using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Models;
using Aigc.Inference.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>
/// The model that ships with the project, loaded once for all tests of a class, and a batcher that has seen full batches.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class ShippedModel : IAsyncLifetime
{
    private readonly LoadedModel _loaded;

    public ShippedModel()
    {
        Folder = ModelFolder.Open(RepositoryRoot.Combine("models", "tiny-shapes"));
        Model = OnnxDiffusionModel.Load(Folder, new OnnxRuntimeOptions());
        _loaded = new LoadedModel(Folder, Model);
        var (costs, options) = (new CostModel(), new BatchingOptions());
        costs.LearnStep(_loaded.Name, _loaded.Shape(128, 128), options.MaxRows, .01);
        Batcher = new StepBatcher(options, costs, TimeProvider.System);
    }

    public ModelFolder Folder { get; }

    public OnnxDiffusionModel Model { get; }

    public StepBatcher Batcher { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Batcher.DisposeAsync();
        _loaded.Dispose();
    }

    public PictureSettings Picture(string prompt, long seed, int steps = 4, float guidance = 4, string scheduler = "ddim", int size = 128)
    {
        var encoded = _loaded.Prompts.Encode([prompt, ""], default);
        return new PictureSettings(encoded[0].Embedding, encoded[1].Embedding, size, size, steps, guidance, seed, scheduler);
    }

    /// <summary>Takes pictures that all come before the first step from noise to latents.</summary>
    public async Task<DenoiseJob[]> DenoiseAsync(params PictureSettings[] pictures)
    {
        var held = new SyncPoint();
        var first = DenoiseAsync(Picture("", 1, steps: 1, guidance: 1), () => held.WaitToContinue().GetAwaiter().GetResult(), default);
        await held.WaitForSyncPoint();
        var jobs = pictures.Select(picture => DenoiseAsync(picture, () => { }, default)).ToArray();
        held.Continue();
        await first;
        return await Task.WhenAll(jobs);
    }

    /// <summary>Takes one picture from noise to latent, and tells of each step on the batcher's thread.</summary>
    public async Task<DenoiseJob> DenoiseAsync(PictureSettings picture, Action stepped, CancellationToken cancellationToken) =>
        (await Batcher.DenoiseAsync(_loaded, _loaded.CreateJob(picture), long.MaxValue, new StepObserver(stepped), cancellationToken)).Job;
}
