using Aigc.Inference.Admission;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx;
using Aigc.Inference.Onnx.Devices;
using Aigc.Inference.Stages;

namespace Aigc.Standalone.Local;

/// <summary>One model on an engine of its own, loading in the background.</summary>
internal sealed class LocalModel : IAsyncDisposable
{
    // One person's jobs: what does not fit waits, and is never refused.
    private static readonly EngineOptions _options = new()
    {
        Admission = new AdmissionOptions { MaxQueuedSeconds = double.PositiveInfinity, MaxQueuedBytes = long.MaxValue },
    };

    private static readonly OnnxRuntimeOptions _runtime = new();

    private readonly Task<ModelLease> _loading;

    private LocalModel(ModelFolder folder, Func<ModelFolder, IDiffusionModel> load)
    {
        Engine = new DiffusionEngine(ModelCatalog.Of(folder), load, _options, TimeProvider.System);
        // Beside whatever comes before the first picture; a fault is the first call's to tell.
        _loading = Engine.Models.AcquireAsync(folder.Name, CancellationToken.None);
        _ = Engine.Models.Catalog.CardAsync(folder.Name);
    }

    public DiffusionEngine Engine { get; }

    /// <summary>Completes once the model is loaded; fails as the first call would.</summary>
    public Task Loaded => _loading;

    /// <summary>What the model runs on; known once it is loaded.</summary>
    public static ExecutionDevice Device => OnnxDiffusionModel.FindDevice(_runtime);

    /// <exception cref="Inference.Faults.InferenceException">The folder or a part of it is missing or damaged.</exception>
    public static LocalModel Open(string path) => Open(ModelFolder.Open(path), static folder => OnnxDiffusionModel.Load(folder, _runtime));

    /// <summary>Opens a model whose networks something else runs.</summary>
    public static LocalModel Open(ModelFolder folder, Func<ModelFolder, IDiffusionModel> load) => new(folder, load);

    public async ValueTask DisposeAsync()
    {
        await ((Task)_loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_loading.IsCompletedSuccessfully)
            (await _loading.ConfigureAwait(false)).Dispose();
        await Engine.DisposeAsync().ConfigureAwait(false);
    }
}
