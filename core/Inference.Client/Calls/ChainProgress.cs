using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Inference.Client.Calls;

/// <summary>Makes one advance of what several tries report, each of which counts its own steps from the start.</summary>
internal sealed class ChainProgress(IReadOnlyList<PictureSpec> pictures, IProgress<StageProgress> progress)
{
    private int _reported;
    private int _before;
    private int _left;

    /// <summary>A try begins.</summary>
    /// <param name="places">The pictures it is about; the others are finished.</param>
    public void Begin(IReadOnlyList<int> places)
    {
        _left = places.Sum(place => pictures[place].Steps);
        _before = pictures.Sum(picture => picture.Steps) - _left;
    }

    /// <summary>A host says how far its try is.</summary>
    /// <param name="stepsDone">Of its own count.</param>
    /// <param name="steps">That count: a picture made of another takes fewer steps than its request names.</param>
    public void Steps(int stepsDone, int steps)
    {
        if (steps > 0)
            Report(_before + (int)Math.Clamp((long)stepsDone * _left / steps, 0, _left));
    }

    public void Picture() => progress.Report(new StageProgress(0, 1));

    public void Preview(int index, int step, ArtifactRef picture) =>
        progress.Report(new StageProgress(0, 0) { Previews = [new PreviewPicture(index, step, picture)] });

    public void End() => Report(pictures.Sum(picture => picture.Steps));

    // A try that begins again before where the last one was says nothing new at first.
    private void Report(int done)
    {
        if (done <= _reported)
            return;
        progress.Report(new StageProgress(done - _reported, 0));
        _reported = done;
    }
}
