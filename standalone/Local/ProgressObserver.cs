using Aigc.Artifacts;
using Aigc.Inference.Chain;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Standalone.Local;

/// <summary>Passes a chain's progress on to the pipeline, as advances.</summary>
/// <param name="progress">The pipeline's.</param>
/// <param name="pictures">The call's pictures, which the chain names by their place.</param>
/// <param name="countPictures">Whether the call finishes pictures.</param>
internal sealed class ProgressObserver(
    IProgress<StageProgress> progress, IReadOnlyList<PictureSpec> pictures, bool countPictures = true) : IChainObserver
{
    private int _stepsDone;

    public void Accepted(double queuedSeconds, double computeSeconds, bool joined)
    {
    }

    public void Progress(int stepsDone, int steps)
    {
        // Reports of several threads may overtake one another.
        var before = Volatile.Read(ref _stepsDone);
        while (stepsDone > before && Interlocked.CompareExchange(ref _stepsDone, stepsDone, before) is var seen && seen != before)
            before = seen;
        if (stepsDone > before)
            progress.Report(new StageProgress(stepsDone - before, 0));
    }

    public void Preview(int picture, int step, ArtifactRef artifact) =>
        progress.Report(new StageProgress(0, 0) { Previews = [new PreviewPicture(pictures[picture].Index, step, artifact)] });

    public void Checkpoint(int picture, int step, ArtifactRef artifact)
    {
    }

    public void Picture(int picture, PictureMade made)
    {
        if (countPictures)
            progress.Report(new StageProgress(0, 1));
    }
}
