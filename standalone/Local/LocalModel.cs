using Aigc.Inference.Models;
using Aigc.Inference.Onnx;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;
using Aigc.Pipeline.Requests;

namespace Aigc.Standalone.Local;

/// <summary>A model that loads in the background: what it can do is known from its folder long before its graphs are ready.</summary>
internal sealed class LocalModel : IDisposable
{
    private const int MinSize = 64;
    private const int MaxSize = 2048;

    private readonly ModelFolder _folder;
    private readonly Task<DiffusionStages> _stages;
    private readonly Task<EngineCapabilities> _capabilities;

    private LocalModel(ModelFolder folder)
    {
        _folder = folder;
        _stages = Task.Run(() => new DiffusionStages(folder, OnnxDiffusionModel.Load(folder, new OnnxRuntimeOptions())));
        _capabilities = Task.Run(Describe);
    }

    public Task<EngineCapabilities> Capabilities => _capabilities;

    public Task<DiffusionStages> Stages => _stages;

    /// <exception cref="Inference.Faults.InferenceException">The folder or a part of it is missing or damaged.</exception>
    public static LocalModel Open(string path) => new(ModelFolder.Open(path));

    public void Dispose()
    {
        ((IAsyncResult)_stages).AsyncWaitHandle.WaitOne();
        if (_stages.IsCompletedSuccessfully)
            _stages.Result.Dispose();
    }

    private EngineCapabilities Describe()
    {
        return new EngineCapabilities(
            _folder.Name,
            _folder.ComputeDigest(),
            SizeMultiple: ModelFolder.LatentFactor,
            MinSize,
            MaxSize,
            DefaultWidth: _folder.PictureSize,
            DefaultHeight: _folder.PictureSize,
            _folder.Scheduler.NumTrainTimesteps,
            _folder.DefaultSteps,
            _folder.DefaultGuidance,
            SchedulerCatalog.Names,
            DefaultScheduler(),
            _folder.EnhanceFactor,
            PreferredBatch: DiffusionStages.BatchRows / 2);
    }

    private string DefaultScheduler() =>
        SchedulerCatalog.Create(_folder.Scheduler.ClassName ?? SchedulerCatalog.Names[0], _folder.Scheduler).Name;
}
