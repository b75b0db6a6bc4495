using System.Text;
using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>
/// Stages whose pictures and previews are stored texts that say what they are, and whose chain calls do what a test has them do.
/// </summary>
/// <param name="store">Where they go.</param>
/// <param name="during">Runs while the pictures of a call are made.</param>
internal sealed class ScriptedStages(IArtifactStore store, Func<ScriptedStages.Making, CancellationToken, Task> during) : IStageExecutor
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The chain calls so far.</summary>
    public List<ChainInput> Inputs { get; } = [];

    /// <summary>Completes once a call ended because it was cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>The stages of one test.</summary>
    public static Func<IArtifactStore, IStageExecutor> Of(Func<Making, CancellationToken, Task> during) =>
        store => new ScriptedStages(store, during);

    public ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) => new(ConformanceStages.Tiny);

    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        lock (Inputs)
            Inputs.Add(input);
        try
        {
            await during(new Making(this, input, progress), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _cancelled.TrySetResult();
            throw;
        }

        var made = new List<PictureResult>();
        foreach (var spec in input.Pictures)
        {
            var factor = spec.Enhance ? ConformanceStages.Tiny.EnhanceFactor : 1;
            var picture = await StoreAsync("pictures", $"picture of {spec.Seed}");
            made.Add(new PictureResult(spec.Index, picture, spec.Seed, spec.Width * factor, spec.Height * factor, Found: false));
        }

        return new ChainOutput(made, []);
    }

    public Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GenerateOutput> GenerateAsync(
        GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private async Task<ArtifactRef> StoreAsync(string folder, string text) => await store.PutAsync(
        $"{folder}/{Guid.NewGuid():n}.webp", "image/webp", Encoding.UTF8.GetBytes(text));

    /// <summary>A call under way.</summary>
    internal sealed record Making(ScriptedStages Stages, ChainInput Input, IProgress<StageProgress> Progress)
    {
        /// <summary>Shows a preview of a picture of the call.</summary>
        public async Task PreviewAsync(int index, int step) => Progress.Report(new StageProgress(0, 0)
        {
            Previews = [new PreviewPicture(index, step, await Stages.StoreAsync("previews", $"preview of {index} at {step}"))],
        });
    }
}
