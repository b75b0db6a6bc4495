using Aigc.Artifacts;

namespace Aigc.Inference.Chain.Flights;

/// <summary>Adds up for one call what its flights do.</summary>
/// <param name="observer">The caller's.</param>
/// <param name="steps">Denoising steps of all its pictures.</param>
/// <param name="previewEverySteps">0 for none.</param>
internal sealed class CallProgress(IChainObserver observer, int steps, int previewEverySteps)
{
    private int _done;

    public IChainObserver Observer => observer;

    public bool WantsPreview(int step) => previewEverySteps > 0 && step % previewEverySteps == 0;

    public void Stepped(int by)
    {
        if (by != 0)
            observer.Progress(Interlocked.Add(ref _done, by), steps);
    }

    public void Preview(int place, int step, ArtifactRef artifact)
    {
        if (WantsPreview(step))
            observer.Preview(place, step, artifact);
    }
}
